-- Third: a table more.
-- seed: one
-- seed: two

CREATE TABLE third (id INTEGER);
