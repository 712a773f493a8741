-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    amount INTEGER NOT NULL
);

COMMENT ON COLUMN orders.amount IS 'in cents, VAT included';
