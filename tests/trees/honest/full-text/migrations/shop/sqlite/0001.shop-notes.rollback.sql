-- Notes taken back: the table and its words.
-- loses: notes (every row), notes_words (every row)

DROP TABLE notes;

DROP TABLE notes_words;
