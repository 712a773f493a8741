-- Order lines: what is in an order.

CREATE TABLE order_lines (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    article VARCHAR NOT NULL
);
