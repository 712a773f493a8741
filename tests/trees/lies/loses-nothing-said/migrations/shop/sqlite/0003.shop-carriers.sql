-- Carriers: who delivers.

CREATE TABLE carriers (
    name TEXT PRIMARY KEY
);
