-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    pieces INTEGER NOT NULL,
    price INTEGER NOT NULL,
    total INTEGER GENERATED ALWAYS AS (pieces * price) VIRTUAL
);
