-- Third: a table more.

CREATE TABLE third (id INTEGER);
