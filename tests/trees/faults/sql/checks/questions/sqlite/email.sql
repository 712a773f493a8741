-- Email: every customer has one.

SELECT
    id AS subject,
    'has no email' AS problem
FROM customers
WHERE email = '';
