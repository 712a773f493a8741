-- Third: a table more.
-- irreversible: it would lose everything

CREATE TABLE third (id INTEGER);
