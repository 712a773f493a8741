-- Rows: a few for the drill.

INSERT INTO orders (status, note) VALUES ('new', NULL), ('paid', 'gift');
