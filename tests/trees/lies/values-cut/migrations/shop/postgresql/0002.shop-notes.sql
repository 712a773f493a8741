-- Notes: as long as you like, in a type that says so.

CREATE INDEX orders_note_idx ON orders (md5(note));
