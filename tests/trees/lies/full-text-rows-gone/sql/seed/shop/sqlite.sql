-- Rows: a few for the drill.

INSERT INTO notes (rowid, body, author) VALUES (1, 'tea and cups', 'Ada'), (2, 'cups', NULL);
