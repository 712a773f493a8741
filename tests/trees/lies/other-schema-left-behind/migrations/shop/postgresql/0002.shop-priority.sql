-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE SCHEMA IF NOT EXISTS audit;

CREATE TABLE IF NOT EXISTS audit.order_log (
    order_id integer NOT NULL
);
