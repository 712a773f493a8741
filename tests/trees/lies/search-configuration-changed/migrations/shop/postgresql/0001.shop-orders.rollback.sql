-- Orders taken back: all of it.
-- loses: orders (every row)

DROP TEXT SEARCH CONFIGURATION shop_words;

DROP TABLE orders;
