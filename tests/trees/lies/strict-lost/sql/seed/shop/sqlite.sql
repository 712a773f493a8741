-- Rows: a few for the drill.

INSERT INTO orders (sku, pieces) VALUES ('tea', 40), ('cup', 7);
