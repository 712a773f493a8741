-- Purchases verified: the step is there.

SELECT
    'purchases.remark' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('purchases') AS c WHERE c.name = 'remark');
