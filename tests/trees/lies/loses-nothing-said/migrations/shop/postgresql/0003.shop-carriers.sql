-- Carriers: who delivers.

CREATE TABLE carriers (
    name text PRIMARY KEY
);
