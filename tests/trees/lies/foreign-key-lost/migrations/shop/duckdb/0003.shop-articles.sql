-- Articles: none is without a name.

CREATE TABLE order_lines_kept AS
SELECT
    id,
    order_id,
    article
FROM order_lines;

DROP TABLE order_lines;

CREATE TABLE order_lines (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    article VARCHAR NOT NULL CHECK (article <> '')
);

INSERT INTO order_lines (id, order_id, article)
SELECT
    id,
    order_id,
    article
FROM order_lines_kept;

DROP TABLE order_lines_kept;
