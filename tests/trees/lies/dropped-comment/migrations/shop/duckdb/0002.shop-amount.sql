-- Amount: no order is worth less than nothing.

CREATE TABLE orders_rebuilt (
    id INTEGER PRIMARY KEY,
    amount INTEGER NOT NULL CHECK (amount >= 0)
);

INSERT INTO orders_rebuilt (id, amount)
SELECT
    id,
    amount
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;

COMMENT ON COLUMN orders.amount IS 'in cents, VAT included';
