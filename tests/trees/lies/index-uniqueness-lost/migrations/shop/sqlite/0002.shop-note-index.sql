-- Note index: a note is unique within its status only.

DROP INDEX orders_note_idx;

CREATE UNIQUE INDEX orders_note_idx ON orders (note, status);
