-- Rows: a few for the drill.

INSERT INTO orders (id, cents) VALUES (1, 1200), (2, 31000);
