-- Orders: what was bought. Older shops have the table already.
-- adopts: orders

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);
