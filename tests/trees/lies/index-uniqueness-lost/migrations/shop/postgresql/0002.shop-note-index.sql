-- Note index: with the status, so that the table is not read.

DROP INDEX orders_note_idx;

CREATE UNIQUE INDEX orders_note_idx ON orders (note, status);
