-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    note TEXT
);
