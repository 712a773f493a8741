-- Trimmed: notes without blanks at their ends.

UPDATE orders SET note = trim(note);

CREATE INDEX orders_note_idx ON orders (note);
