-- Odd column verified: the step is there.

SELECT
    'Order Lines.a b.c' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass('"Order Lines"') AND a.attname = 'a b.c' AND NOT a.attisdropped
);
