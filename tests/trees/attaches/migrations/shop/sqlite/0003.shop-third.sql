-- Third: a table more.

ATTACH 'other.db' AS other;

CREATE TABLE third (id INTEGER);
