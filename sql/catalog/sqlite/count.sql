-- Count: how many objects of each kind there are, of those that the catalog lists.

SELECT
    type AS kind,
    count(*) AS how_many
FROM sqlite_schema
WHERE
    sql IS NOT NULL
    AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
    AND tbl_name NOT LIKE '\_yoyo\_%' ESCAPE '\'
    AND tbl_name NOT LIKE '\_rung\_%' ESCAPE '\'
    AND tbl_name <> 'yoyo_lock'
GROUP BY type
ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 ELSE 4 END;
