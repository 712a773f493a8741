-- Rows: a few for the drill.

INSERT INTO orders (id, note, amount) VALUES (1, NULL, 12), (2, 'gift', 31000);
