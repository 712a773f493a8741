-- Rows: a few for the drill.

INSERT INTO orders (id, status, note, clerk) VALUES (1, 'new', NULL, 'Ada'), (2, 'paid', 'gift', 'Grace');
