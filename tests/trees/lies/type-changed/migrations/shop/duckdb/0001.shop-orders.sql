-- Orders: what was bought, and what a place is.

CREATE TYPE place AS STRUCT(street VARCHAR, town VARCHAR);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);
