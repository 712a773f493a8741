-- Articles: none is without a name.
-- foreign_keys: off

CREATE TABLE order_lines_rebuilt (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    article TEXT NOT NULL CHECK (article <> ''),
    CONSTRAINT order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
);

INSERT INTO order_lines_rebuilt (id, order_id, article)
SELECT
    id,
    order_id,
    article
FROM order_lines;

DROP TABLE order_lines;

ALTER TABLE order_lines_rebuilt RENAME TO order_lines;
