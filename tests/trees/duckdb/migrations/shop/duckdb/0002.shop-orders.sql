-- Orders: what was bought, and by whom.
-- seed: none, this tree is for tests
-- depends: 0001.shop-customers

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    note VARCHAR
);

CREATE TRIGGER orders_are_kept
AFTER DELETE ON orders
REFERENCING OLD TABLE AS gone
FOR EACH STATEMENT
INSERT INTO customers (id) SELECT error('orders; are kept') FROM gone;
