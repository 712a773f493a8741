-- The newest order was deleted: its number must never be given again.
INSERT INTO orders (id, status, note) VALUES (1, 'new', NULL), (2, 'paid', 'gift'), (900, 'sent', 'Fragile');

DELETE FROM orders WHERE id = 900;

INSERT INTO order_log (order_id, status) VALUES (2, 'new'), (2, 'paid');
