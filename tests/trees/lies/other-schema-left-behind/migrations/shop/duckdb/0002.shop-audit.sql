-- Audit: what happened to orders, out of the clerks' way.

CREATE SCHEMA IF NOT EXISTS audit;

CREATE TABLE IF NOT EXISTS audit.order_log (
    order_id INTEGER NOT NULL
);

ALTER TABLE orders ADD COLUMN audited BOOLEAN;
