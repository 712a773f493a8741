-- Orders: what was bought. Older shops have the table already.
-- adopts: orders

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    note TEXT
);
