-- Priority: which order goes first.

ALTER TABLE orders ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE OR REPLACE VIEW priorities AS
SELECT
    n AS priority
FROM generate_series(0, 9) AS s (n);
