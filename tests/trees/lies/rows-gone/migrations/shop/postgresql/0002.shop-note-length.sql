-- Note length: a note is one line.

ALTER TABLE orders ADD CONSTRAINT orders_note_check CHECK (length(note) <= 80);
