-- Rows: none of 2027, which would be in the way up again.

INSERT INTO order_log (order_id, year) VALUES (1, 2026), (2, 1999);
