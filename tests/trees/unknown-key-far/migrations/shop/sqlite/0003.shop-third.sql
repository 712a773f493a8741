-- Third: a table more.
-- ticket: 4711

CREATE TABLE third (id INTEGER);
