-- Rows: a few for the drill.

INSERT INTO orders (id, amount) VALUES (1, 12), (2, 0);
