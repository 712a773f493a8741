-- Rows: a few for the drill.

INSERT INTO orders (id, status, note, audited) VALUES (1, 'new', NULL, TRUE), (2, 'paid', 'gift', FALSE), (3, 'sent', 'Fragile', NULL);
