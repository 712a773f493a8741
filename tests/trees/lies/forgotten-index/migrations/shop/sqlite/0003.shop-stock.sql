-- Stock: what is there to sell.

CREATE TABLE stock (
    sku TEXT PRIMARY KEY,
    pieces INTEGER NOT NULL
);
