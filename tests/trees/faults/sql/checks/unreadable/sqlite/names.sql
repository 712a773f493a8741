-- Names: every customer has one.

SELECT
    id AS subject,
    'has no näme' AS problem
FROM customers
WHERE full_name = '';
