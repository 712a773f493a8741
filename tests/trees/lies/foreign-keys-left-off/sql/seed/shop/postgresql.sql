-- Rows: a few for the drill.

INSERT INTO orders (id, status, note) VALUES (1, 'new', NULL), (2, 'paid', 'gift'), (3, 'sent', 'Fragile');

INSERT INTO order_lines (id, order_id, article, pieces) VALUES (1, 2, 'tea', 2), (2, 2, 'cup', 1), (3, 3, 'tea', 5);
