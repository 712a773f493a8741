-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    note varchar(80),
    amount smallint NOT NULL
);
