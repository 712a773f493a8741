-- Orders: what was bought.

CREATE TABLE orders (
    id integer PRIMARY KEY,
    status text NOT NULL DEFAULT 'new',
    note text
);

CREATE FOREIGN DATA WRAPPER shop_wrapper;

CREATE SERVER shop_far FOREIGN DATA WRAPPER shop_wrapper OPTIONS (host 'far.example.org');
