-- Rows: a few for the drill.

INSERT INTO orders (id, urgency) VALUES (1, 'low'), (2, 'high'), (3, NULL);
