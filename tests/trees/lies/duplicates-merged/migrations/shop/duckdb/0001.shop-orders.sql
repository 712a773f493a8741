-- Order log: what happened when.

CREATE TABLE order_log (
    order_id INTEGER NOT NULL,
    status VARCHAR NOT NULL
);
