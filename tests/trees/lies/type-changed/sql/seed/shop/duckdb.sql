-- Rows: a few for the drill.

INSERT INTO orders (id, status, note) VALUES (1, 'new', NULL), (2, 'paid', 'gift'), (3, 'sent', 'Fragile');
