-- Rows: a few for the drill.

INSERT INTO orders (id, status, note, delivered_by) VALUES (1, 'new', NULL, NULL), (2, 'sent', 'gift', 'UPS');
