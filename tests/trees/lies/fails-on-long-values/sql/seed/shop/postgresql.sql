-- Rows: a few for the drill.

INSERT INTO orders (id, note) VALUES (1, NULL), (2, 'longer than ten');
