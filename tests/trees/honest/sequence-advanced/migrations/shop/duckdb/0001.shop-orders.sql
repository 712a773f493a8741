-- Orders: what was bought, numbered.

CREATE SEQUENCE order_numbers;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY DEFAULT nextval('order_numbers'),
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);
