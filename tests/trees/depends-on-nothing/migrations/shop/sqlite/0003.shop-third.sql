-- Third: a table more.
-- depends: 0002.shop-order

CREATE TABLE third (id INTEGER);
