-- Third: a table more.
-- irreversible: the rows came from a service that is gone

CREATE TABLE third (id INTEGER);
