-- Third: a table more.

-- transactional: false
CREATE TABLE third (id INTEGER);
