-- Order log: what happened when.

CREATE TABLE order_log (
    order_id integer NOT NULL,
    status text NOT NULL
);
