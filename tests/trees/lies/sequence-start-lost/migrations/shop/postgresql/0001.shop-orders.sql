-- Orders: what was bought. The old shop's last number was 4999.

CREATE SEQUENCE order_numbers AS integer;

SELECT setval('order_numbers', 5000, FALSE);

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);
