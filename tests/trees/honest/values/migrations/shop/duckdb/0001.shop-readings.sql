-- Readings: whatever a device sends, of any type.

CREATE TABLE readings (
    id INTEGER,
    amount DOUBLE,
    small FLOAT,
    huge HUGEINT,
    price DECIMAL(38, 10),
    raw BLOB,
    bits BIT,
    day DATE,
    moment TIMESTAMP,
    instant TIMESTAMPTZ,
    nanos TIMESTAMP_NS,
    span INTERVAL,
    daytime TIME,
    token UUID,
    tags VARCHAR[],
    pair INTEGER[2],
    place STRUCT(x DOUBLE, y DOUBLE),
    counts MAP(VARCHAR, INTEGER),
    either UNION(number INTEGER, word VARCHAR),
    kind ENUM('a', 'b'),
    doubled INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL
);
