-- Notes: a table of their own.

CREATE TABLE notes (
    order_id INTEGER PRIMARY KEY,
    note VARCHAR
);

INSERT INTO notes (order_id, note)
SELECT
    id,
    note
FROM orders;

ALTER TABLE orders DROP COLUMN note;
