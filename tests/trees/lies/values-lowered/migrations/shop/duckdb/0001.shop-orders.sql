-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    mail VARCHAR NOT NULL
);
