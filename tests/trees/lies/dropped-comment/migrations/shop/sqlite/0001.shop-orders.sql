-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    note TEXT,
    amount INTEGER NOT NULL -- in cents, VAT included
);
