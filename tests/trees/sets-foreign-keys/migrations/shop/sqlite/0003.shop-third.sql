-- Third: a table more.

PRAGMA foreign_keys = OFF;

CREATE TABLE third (id INTEGER);
