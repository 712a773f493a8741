-- Rows: a few for the drill.

INSERT INTO order_log (order_id, year) VALUES (1, 2026), (2, 2026);
