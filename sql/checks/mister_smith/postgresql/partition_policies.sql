-- Partition policies: every table that is divided by month is maintained, and the audit trail is never dropped.
-- seed: 004 Schema Evolution Management, Data Retention Policies

SELECT
    c.relname AS subject,
    'is divided by time, and partition_policies does not say for how long it is kept' AS problem
FROM pg_class AS c
LEFT JOIN partition_policies AS p ON c.relname = p.table_name
WHERE
    c.relkind = 'p'
    AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
    AND p.table_name IS NULL
UNION ALL
SELECT
    p.table_name AS subject,
    'is in partition_policies, and no table divided by time' AS problem
FROM partition_policies AS p
LEFT JOIN pg_class AS c
    ON
        p.table_name = c.relname
        AND c.relkind = 'p'
        AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
WHERE c.oid IS NULL
UNION ALL
SELECT
    p.table_name AS subject,
    'is dropped when it is old: the audit trail is to be archived' AS problem
FROM partition_policies AS p
WHERE p.table_name = 'audit_log' AND p.on_expiry <> 'archive';
