-- Rows: the second statement fits only below the notes.

INSERT INTO orders (id, status, note) VALUES (1, 'new', ''), (2, 'paid', 'gift');

INSERT INTO orders (id, status, note) VALUES (3, 'sent', NULL);
