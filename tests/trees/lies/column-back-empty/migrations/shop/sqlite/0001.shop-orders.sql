-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new'
);

ALTER TABLE orders ADD COLUMN note TEXT;
