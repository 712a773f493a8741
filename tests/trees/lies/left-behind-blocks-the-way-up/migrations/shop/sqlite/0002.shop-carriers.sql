-- Carriers: who delivers.

CREATE TABLE carriers (
    name TEXT PRIMARY KEY
);

CREATE TABLE carrier_log (
    name TEXT NOT NULL
);
