-- Third: a table more.

CREATE TABLE third (id INTEGER);

CREATE INDEX third_id_idx ON third (id) WHERE id IS IS NULL;
