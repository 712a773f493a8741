-- Rows: a few for the drill.

INSERT INTO orders (id, form) VALUES (1, '{"b": 1,  "a": 2}'), (2, '{}');
