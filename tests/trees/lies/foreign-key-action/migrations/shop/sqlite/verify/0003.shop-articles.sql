-- Articles verified: the step is there.

SELECT
    'order_lines.article' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('order_lines') AS c WHERE c.name = 'article');
