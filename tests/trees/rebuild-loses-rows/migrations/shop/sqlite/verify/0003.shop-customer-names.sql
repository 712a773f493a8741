-- Customer names verified: the check is there.

SELECT
    'customers' AS subject,
    'accepts an empty name' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema WHERE name = 'customers' AND instr(sql, 'CHECK (name <> '''')') > 0
);
