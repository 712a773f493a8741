-- No notes verified: the step is there.

SELECT
    'orders.note' AS subject,
    'is still there' AS problem
FROM pragma_table_info('orders') AS c
WHERE c.name = 'note';
