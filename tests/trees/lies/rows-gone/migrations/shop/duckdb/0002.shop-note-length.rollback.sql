-- Note length taken back: the table as it was before.

DROP TABLE orders;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);
