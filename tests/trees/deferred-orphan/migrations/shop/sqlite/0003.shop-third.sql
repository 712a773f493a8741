-- Third: a table more.

CREATE TABLE third (id INTEGER);

INSERT INTO orders (id, customer_id) VALUES (1, 4711);
