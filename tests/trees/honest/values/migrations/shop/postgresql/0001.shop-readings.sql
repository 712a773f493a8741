-- Readings: whatever a device sends, of any type.

CREATE TABLE readings (
    id integer,
    amount double precision,
    small real,
    price numeric,
    raw bytea,
    bits bit varying,
    day date,
    moment timestamp,
    instant timestamptz,
    span interval,
    daytime timetz,
    token uuid,
    tags text[],
    form json,
    formb jsonb,
    place point,
    net inet,
    during tstzrange,
    words tsvector,
    doc xml,
    padded char(5),
    doubled integer GENERATED ALWAYS AS (id * 2) STORED
);
