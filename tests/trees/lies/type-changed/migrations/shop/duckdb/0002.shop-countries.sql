-- Countries: a place is in one.

DROP TYPE place;

CREATE TYPE place AS STRUCT(street VARCHAR, town VARCHAR, country VARCHAR);
