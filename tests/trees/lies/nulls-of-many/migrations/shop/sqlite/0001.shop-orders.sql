-- Orders: what was bought. Quoted, as SQLite writes the name of a table that was renamed to it.

CREATE TABLE "orders" (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'new',
    note TEXT
);
