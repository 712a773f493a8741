-- Settings: what the shop can be told.

CREATE TABLE settings (
    name text PRIMARY KEY,
    value text NOT NULL
);
