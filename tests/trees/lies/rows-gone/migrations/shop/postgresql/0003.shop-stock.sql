-- Stock: what is there to sell.

CREATE TABLE stock (
    sku text PRIMARY KEY,
    pieces integer NOT NULL
);
