-- Rows: a few for the drill.

INSERT INTO orders (id, status, touched_at)
VALUES (1, 'new', '2026-01-01T00:00:00Z'), (2, 'paid', '2026-01-02T00:00:00Z');
