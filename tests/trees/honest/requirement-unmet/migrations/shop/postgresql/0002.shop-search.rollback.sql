-- Search taken back: the extension.

DROP EXTENSION shop_no_such_extension;
