-- Rows: a few for the drill.

INSERT INTO orders (id, price) VALUES (1, 1999), (2, 500), (3, 1250);
