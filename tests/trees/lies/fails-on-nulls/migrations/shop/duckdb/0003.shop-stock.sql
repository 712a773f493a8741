-- Stock: what is there to sell.

CREATE TABLE stock (
    sku VARCHAR PRIMARY KEY,
    pieces INTEGER NOT NULL
);
