-- Rows: a few for the drill.

INSERT INTO orders (id, payer, receiver) VALUES (1, 'Ada', 'Grace'), (2, 'Ada', 'Ada');
