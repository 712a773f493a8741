-- Rows: a few for the drill.

INSERT INTO orders (id, answer) VALUES (1, 'yes'), (2, 42), (3, 1.5);
