-- Search: by an extension that few servers have.
-- requires: extension shop_no_such_extension

CREATE EXTENSION shop_no_such_extension;
