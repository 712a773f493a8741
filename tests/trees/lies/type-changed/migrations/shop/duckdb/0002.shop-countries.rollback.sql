-- Countries taken back: a place without.

DROP TYPE place;

CREATE TYPE place AS STRUCT(town VARCHAR);
