-- Third: a table more.
-- transactional: no

CREATE TABLE third (id INTEGER);
