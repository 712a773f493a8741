-- Third: a table more.

BEGIN;

CREATE TABLE third (id INTEGER);
