-- Orders: what was bought, and what happened to them.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);

CREATE SCHEMA audit;

CREATE TABLE audit.order_log (
    order_id integer NOT NULL,
    CONSTRAINT order_log_order_id_check CHECK (order_id > 0)
);
