-- Rows: a few for the drill.

INSERT INTO orders (id, mail) VALUES (1, 'Ada@example.org'), (2, 'grace@example.org');
