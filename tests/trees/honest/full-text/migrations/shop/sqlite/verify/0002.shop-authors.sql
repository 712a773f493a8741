-- Authors verified: the step is there.

SELECT
    'notes.author' AS subject,
    'is missing' AS problem
WHERE NOT EXISTS (SELECT 1 FROM pragma_table_xinfo('notes') AS c WHERE c.name = 'author');
