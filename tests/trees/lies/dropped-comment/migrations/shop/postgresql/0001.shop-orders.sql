-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    amount integer NOT NULL
);

COMMENT ON COLUMN orders.amount IS 'in cents, VAT included';
