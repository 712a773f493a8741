-- Rows: the second statement fits only below the index.

INSERT INTO order_log (order_id, status) VALUES (1, 'new'), (2, 'new');

INSERT INTO order_log (order_id, status) VALUES (1, 'sent'), (1, 'sent');
