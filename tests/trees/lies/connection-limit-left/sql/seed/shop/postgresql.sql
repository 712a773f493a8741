-- Rows: a few for the drill.

INSERT INTO orders (id, status, note, priority) VALUES (1, 'new', NULL, 0), (2, 'paid', 'gift', 9);
