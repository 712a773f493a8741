-- Customers: there are none yet.

DELETE FROM customers
RETURNING
    id AS subject,
    'should not be there' AS problem;
