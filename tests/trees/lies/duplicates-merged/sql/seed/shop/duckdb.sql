-- Rows: a few for the drill.

INSERT INTO order_log (order_id, status) VALUES (1, 'new'), (2, 'new'), (1, 'sent'), (1, 'sent');

INSERT INTO order_log_keys (order_id, status) VALUES (1, 'new');
