-- Third: a table more.

CREATE TABLE third (id INTEGER);

INSERT INTO third (id)
SELECT id FROM nowhere;
