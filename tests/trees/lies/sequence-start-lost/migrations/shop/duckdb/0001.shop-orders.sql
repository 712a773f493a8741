-- Orders: what was bought. The old shop's last number was 4999.

CREATE SEQUENCE order_numbers START 5000;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);
