-- Rows: a few for the drill.

INSERT INTO orders (id, pieces, price) VALUES (1, 2, 500), (2, 3, 199);
