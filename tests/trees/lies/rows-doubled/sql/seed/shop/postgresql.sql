-- Rows: a few for the drill.

INSERT INTO order_log (order_id, status) VALUES (1, 'new'), (1, 'sent'), (2, 'new');

INSERT INTO order_log_archive (order_id, status) VALUES (1, 'sent');
