-- Articles taken back: without the check.

CREATE TABLE order_lines_kept AS
SELECT
    id,
    order_id,
    article
FROM order_lines;

DROP TABLE order_lines;

CREATE TABLE order_lines (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    article VARCHAR NOT NULL
);

INSERT INTO order_lines (id, order_id, article)
SELECT
    id,
    order_id,
    article
FROM order_lines_kept;

DROP TABLE order_lines_kept;
