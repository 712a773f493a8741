-- Odd column verified: the step is there.

SELECT
    'Order Lines.a b.c' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('Order Lines') AS c WHERE c.name = 'a b.c');
