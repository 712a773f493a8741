-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    bill_to text,
    ship_to text
);
