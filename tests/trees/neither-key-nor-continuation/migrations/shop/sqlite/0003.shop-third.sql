-- Third: a table more.
-- seed: one
-- and so on

CREATE TABLE third (id INTEGER);
