-- Notes: found by their words, which an index beside them keeps.

CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE VIRTUAL TABLE notes_words USING fts5 (body, content = 'notes', content_rowid = 'id');

CREATE TRIGGER notes_added
AFTER INSERT ON notes
BEGIN
    INSERT INTO notes_words (rowid, body) VALUES (new.id, new.body);
END;
