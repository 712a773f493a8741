-- Catalog: every object of the schema with its definition as SQLite stores it; the ledger's own tables left out.

SELECT
    type AS kind,
    name,
    sql AS definition
FROM sqlite_schema
WHERE
    sql IS NOT NULL
    AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
    AND tbl_name NOT LIKE '\_yoyo\_%' ESCAPE '\'
    AND tbl_name NOT LIKE '\_rung\_%' ESCAPE '\'
    AND tbl_name <> 'yoyo_lock'
ORDER BY
    CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 ELSE 4 END,
    name;
