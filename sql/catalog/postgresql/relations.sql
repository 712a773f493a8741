-- Relations with the file that each is stored in, which changes when a table is written anew; the ledger's left out.

SELECT
    c.oid::bigint AS relation,
    CASE WHEN n.nspname = current_schema() THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS relation_name,
    c.relkind IN ('r', 'm') AS is_table,
    coalesce(pg_relation_filenode(c.oid), 0)::bigint AS stored_in
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    c.relkind IN ('r', 'p', 'i', 'I', 'S', 'v', 'm', 'f')
    AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\_%'
    AND c.relname NOT LIKE '\_yoyo\_%'
    AND c.relname NOT LIKE '\_rung\_%'
    AND c.relname <> 'yoyo_lock';
