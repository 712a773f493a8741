-- Third: a table that older shops have already.
-- adopts: third, third_id_idx

CREATE TABLE third (id INTEGER);

CREATE INDEX third_id_idx ON third (id);
