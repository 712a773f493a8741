-- Rows: a few for the drill.

INSERT INTO orders (id, status, touched_at, priority)
VALUES (1, 'new', '2026-01-01T00:00:00Z', 0), (2, 'paid', '2026-01-02T00:00:00Z', 9);
