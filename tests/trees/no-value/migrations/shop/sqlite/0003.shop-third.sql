-- Third: a table more.
-- seed:

CREATE TABLE third (id INTEGER);
