-- Notes taken back: the table.
-- loses: notes (every row)

DROP TABLE notes;
