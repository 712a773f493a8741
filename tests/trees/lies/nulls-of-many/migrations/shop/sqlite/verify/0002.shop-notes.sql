-- Notes verified: the step is there.

SELECT
    'orders.note' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('orders') AS c WHERE c.name = 'note');
