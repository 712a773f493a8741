-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    weight DOUBLE NOT NULL
);
