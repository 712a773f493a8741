-- Trimmed: notes without blanks at their ends.

UPDATE orders SET note = trim(note);

CREATE TABLE words (
    word VARCHAR NOT NULL
);
