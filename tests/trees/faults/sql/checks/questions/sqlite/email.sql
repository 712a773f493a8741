-- Addresses: every customer has one.

SELECT
    id AS subject,
    'has none' AS problem
FROM customers
WHERE email = '';
