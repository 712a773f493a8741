-- Articles taken back: without the check.

CREATE TABLE order_lines_rebuilt (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    article VARCHAR NOT NULL
);

INSERT INTO order_lines_rebuilt (id, order_id, article)
SELECT
    id,
    order_id,
    article
FROM order_lines;

DROP TABLE order_lines;

ALTER TABLE order_lines_rebuilt RENAME TO order_lines;
