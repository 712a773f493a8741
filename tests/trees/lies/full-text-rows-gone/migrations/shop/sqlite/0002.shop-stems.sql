-- Stems: cups are found by cup. The table is made anew.

CREATE VIRTUAL TABLE notes_stemmed USING fts5 (body, author, tokenize = 'porter');

INSERT INTO notes_stemmed (rowid, body, author)
SELECT
    rowid,
    body,
    author
FROM notes;

DROP TABLE notes;

ALTER TABLE notes_stemmed RENAME TO notes;
