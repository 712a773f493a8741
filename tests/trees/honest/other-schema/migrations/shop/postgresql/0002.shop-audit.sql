-- Audit: what happened to orders, out of the clerks' way.

CREATE SCHEMA audit;

CREATE TABLE audit.orders (
    order_id integer NOT NULL
);
