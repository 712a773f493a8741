-- Third: a table more.

CREATE TABLE third (id INTEGER);

COMMIT;

CREATE TABLE third_2 (id INTEGER);
