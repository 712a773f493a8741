-- Statements that drop what is temporary, in an order in which nothing is missed.

SELECT 'DROP ' || type || ' IF EXISTS temp."' || replace(name, '"', '""') || '"' AS statement
FROM sqlite_temp_schema
WHERE type IN ('table', 'view', 'trigger')
ORDER BY
    type DESC,
    coalesce(sql LIKE 'CREATE VIRTUAL%', FALSE) DESC,
    rowid DESC;
