-- Ledger parts: which of its tables and triggers exist, so that reading a database without a ledger creates none.

WITH part AS (
    SELECT
        c.relnamespace AS schema_id,
        c.relname AS part_name
    FROM pg_class AS c
    WHERE c.relkind = 'r'
    UNION ALL
    SELECT
        c.relnamespace,
        t.tgname
    FROM pg_trigger AS t
    INNER JOIN pg_class AS c ON t.tgrelid = c.oid
    WHERE NOT t.tgisinternal
)

SELECT p.part_name
FROM part AS p
WHERE
    p.schema_id = to_regnamespace(quote_ident(current_schema()))
    AND (p.part_name LIKE '\_yoyo\_%' OR p.part_name LIKE '\_rung\_%');
