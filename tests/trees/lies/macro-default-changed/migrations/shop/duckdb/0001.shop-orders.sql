-- Orders: what was bought, and the tax on it.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);

CREATE MACRO vat(price, rate := 0.19) AS price * rate;
