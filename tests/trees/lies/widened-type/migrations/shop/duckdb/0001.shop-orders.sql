-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    note VARCHAR,
    amount SMALLINT NOT NULL
);
