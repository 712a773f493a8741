-- Rows: a few for the drill.

INSERT INTO orders (id, status) VALUES (1, 'new'), (2, 'paid'), (3, 'sent');

INSERT INTO notes (order_id, note) VALUES (1, NULL), (2, 'gift'), (3, 'Fragile');
