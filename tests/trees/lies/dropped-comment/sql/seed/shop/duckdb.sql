-- Rows: a few for the drill.

INSERT INTO orders (id, amount) VALUES (1, 1200), (2, 31000);
