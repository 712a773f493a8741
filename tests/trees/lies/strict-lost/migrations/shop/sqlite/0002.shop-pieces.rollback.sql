-- Pieces taken back: without the check.
-- foreign_keys: off

CREATE TABLE orders_rebuilt (
    sku TEXT PRIMARY KEY,
    pieces INTEGER NOT NULL
);

INSERT INTO orders_rebuilt (sku, pieces)
SELECT
    sku,
    pieces
FROM orders;

DROP TABLE orders;

ALTER TABLE orders_rebuilt RENAME TO orders;
