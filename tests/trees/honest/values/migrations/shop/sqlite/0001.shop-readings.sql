-- Readings: whatever a device sends, of any type.

CREATE TABLE readings (
    id INTEGER,
    reading,
    amount REAL,
    doubled INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL
);
