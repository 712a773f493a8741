-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    warranty INTERVAL
);
