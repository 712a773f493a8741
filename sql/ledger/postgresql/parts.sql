-- Ledger parts: which of its tables and triggers exist, so that reading a database without a ledger creates none.

WITH part AS (
    SELECT
        c.oid,
        c.relname
    FROM pg_class AS c
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_setting('rung.schema')))
        AND c.relkind = 'r'
        AND (c.relname LIKE '\_yoyo\_%' OR c.relname LIKE '\_rung\_%')
)

SELECT p.relname AS part_name
FROM part AS p
UNION ALL
SELECT t.tgname
FROM part AS p
INNER JOIN pg_trigger AS t ON p.oid = t.tgrelid
WHERE NOT t.tgisinternal AND (t.tgname LIKE '\_yoyo\_%' OR t.tgname LIKE '\_rung\_%');
