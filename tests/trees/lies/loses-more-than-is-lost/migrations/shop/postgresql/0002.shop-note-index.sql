-- Note index: the search of the help desk.

CREATE INDEX orders_note_idx ON orders (note);
