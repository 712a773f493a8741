-- Words: as they are written.

ALTER TEXT SEARCH CONFIGURATION shop_words ALTER MAPPING FOR asciiword WITH simple;
