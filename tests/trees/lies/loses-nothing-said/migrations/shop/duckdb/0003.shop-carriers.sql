-- Carriers: who delivers.

CREATE TABLE carriers (
    name VARCHAR PRIMARY KEY
);
