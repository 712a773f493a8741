-- Rows: a few for the drill.

INSERT INTO orders (id, sent_at) VALUES (1, '2026-01-05 09:00:00+00'), (2, '2026-07-05 09:00:00+00');
