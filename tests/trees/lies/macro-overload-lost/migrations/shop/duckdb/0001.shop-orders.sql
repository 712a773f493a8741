-- Orders: what was bought, and the tax on it.

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    status VARCHAR NOT NULL DEFAULT 'new',
    note VARCHAR
);

CREATE MACRO vat(price) AS price * 0.19,
(price, rate) AS price * rate;
