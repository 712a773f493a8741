-- Stems taken back: words as they are written.

DROP TABLE notes;

CREATE VIRTUAL TABLE notes USING fts5 (body, author);
