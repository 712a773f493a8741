-- Authors: who wrote the note.

ALTER TABLE notes ADD COLUMN author TEXT;

INSERT INTO notes_words (notes_words) VALUES ('optimize');
