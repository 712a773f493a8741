-- No clerk verified: the step is there.

SELECT
    'orders.clerk' AS subject,
    'is still there' AS problem
FROM pragma_table_info('orders') AS c
WHERE c.name = 'clerk';
