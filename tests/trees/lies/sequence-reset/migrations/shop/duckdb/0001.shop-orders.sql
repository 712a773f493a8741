-- Orders: what was bought; the clerk takes the number from the sequence.

CREATE SEQUENCE order_numbers;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);
