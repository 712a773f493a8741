-- Unit verified: the step is there.

SELECT
    'readings.unit' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('readings') AS c WHERE c.name = 'unit');
