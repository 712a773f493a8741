-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    note VARCHAR,
    status VARCHAR NOT NULL DEFAULT 'new'
);
