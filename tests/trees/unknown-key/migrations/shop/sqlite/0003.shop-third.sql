-- Third: a table more.
-- depend: 0002.shop-orders

CREATE TABLE third (id INTEGER);
