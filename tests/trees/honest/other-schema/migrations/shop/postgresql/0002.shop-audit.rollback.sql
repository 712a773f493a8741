-- Audit taken back: all of it.
-- loses: audit.orders (every row)

DROP TABLE audit.orders;

DROP SCHEMA audit;
