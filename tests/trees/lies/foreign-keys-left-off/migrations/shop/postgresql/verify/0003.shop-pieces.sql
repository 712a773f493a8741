-- Pieces verified: the step is there.

SELECT
    'order_lines.pieces' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass('order_lines') AND a.attname = 'pieces' AND NOT a.attisdropped
);
