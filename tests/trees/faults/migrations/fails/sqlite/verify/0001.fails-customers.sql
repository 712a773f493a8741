-- Customers: the table is there.

SELECT
    'table clients' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema
    WHERE name = 'clients'
);
