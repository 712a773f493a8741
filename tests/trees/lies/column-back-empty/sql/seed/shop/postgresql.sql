-- Rows: the second statement fits only where there are notes.

INSERT INTO orders (id, status) VALUES (1, 'new'), (2, 'paid');

INSERT INTO orders (id, status, note) VALUES (3, 'sent', 'Fragile');
