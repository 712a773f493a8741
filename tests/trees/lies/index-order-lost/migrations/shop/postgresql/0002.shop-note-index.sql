-- Note index: with the status, so that the table is not read.

DROP INDEX orders_note_idx;

CREATE INDEX orders_note_idx ON orders (note DESC NULLS LAST, status);
