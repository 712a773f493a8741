-- Authors taken back: the column.
-- loses: notes.author (every value)

ALTER TABLE notes DROP COLUMN author;
