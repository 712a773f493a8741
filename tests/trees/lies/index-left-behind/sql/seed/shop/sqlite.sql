-- Rows: a few for the drill.

INSERT INTO orders (id, status, note, words) VALUES (1, 'new', NULL, NULL), (2, 'paid', 'gift', 1);
