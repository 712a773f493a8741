-- Orders by status: one index serves the status and the note.

DROP INDEX orders_status_idx;

CREATE INDEX orders_status_note_idx ON orders (status, note);
