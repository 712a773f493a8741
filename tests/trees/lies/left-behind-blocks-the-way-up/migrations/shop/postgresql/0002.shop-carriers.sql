-- Carriers: who delivers.

CREATE TYPE carrier_kind AS ENUM ('parcel', 'freight');

CREATE TABLE carriers (
    name text PRIMARY KEY,
    kind carrier_kind
);
