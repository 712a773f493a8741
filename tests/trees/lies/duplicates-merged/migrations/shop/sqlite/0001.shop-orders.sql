-- Order log: what happened when.

CREATE TABLE order_log (
    order_id INTEGER NOT NULL,
    status TEXT NOT NULL
);
