-- Rows: a few for the drill.

INSERT INTO orders (id, weight) VALUES (1, 0.1), (2, 250.25), (3, 1234.567891);
