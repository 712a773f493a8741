-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    note TEXT,
    amount SMALLINT NOT NULL
);
