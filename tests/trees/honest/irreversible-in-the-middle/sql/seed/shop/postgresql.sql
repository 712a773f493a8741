-- Rows: a few for the drill.

INSERT INTO orders (id, status, priority) VALUES (1, 'new', 0), (2, 'paid', 9);
