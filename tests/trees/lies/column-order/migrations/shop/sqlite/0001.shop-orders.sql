-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    note TEXT,
    status TEXT NOT NULL DEFAULT 'new'
);
