-- Orders by note: the search of the help desk.

ALTER TABLE orders ADD COLUMN words INTEGER;

CREATE INDEX IF NOT EXISTS orders_note_idx ON orders (note);
