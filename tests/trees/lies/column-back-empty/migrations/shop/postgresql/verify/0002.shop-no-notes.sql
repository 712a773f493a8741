-- No notes verified: the step is there.

SELECT
    'orders.note' AS subject,
    'is still there' AS problem
WHERE EXISTS (
    SELECT 1 FROM pg_attribute AS a
    WHERE a.attrelid = to_regclass('orders') AND a.attname = 'note' AND NOT a.attisdropped
);
