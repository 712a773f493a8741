-- Orders: what was bought.

CREATE TABLE orders (
    sku TEXT PRIMARY KEY,
    pieces INTEGER NOT NULL
) STRICT;
