-- Notes: kept where their words are found.

CREATE VIRTUAL TABLE notes USING fts5 (body, author);
