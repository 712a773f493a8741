-- Rows: a few for the drill.

INSERT INTO orders (id, kind) VALUES (1, 'web'), (2, 'phone');
