-- Rows: a few for the drill.

INSERT INTO purchases (id, status, remark) VALUES (1, 'new', NULL), (2, 'paid', 'gift'), (3, 'sent', 'Fragile');
