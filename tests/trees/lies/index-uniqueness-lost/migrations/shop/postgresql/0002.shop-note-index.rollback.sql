-- Note index taken back: the note alone.

DROP INDEX orders_note_idx;

CREATE INDEX orders_note_idx ON orders (note);
