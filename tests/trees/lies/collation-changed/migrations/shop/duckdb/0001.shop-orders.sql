-- Orders: what was bought.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    mail VARCHAR COLLATE NOCASE
);
