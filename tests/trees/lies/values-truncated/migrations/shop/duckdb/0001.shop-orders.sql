-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    price DECIMAL(10, 2) NOT NULL
);
