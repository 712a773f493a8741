-- Partition guards: nobody reaches the rows of a partition past the policies of its parent, or changes the audit trail.
-- seed: 004 Security Considerations, Row-Level Security; Schema Evolution Management, Partition Management

WITH partitions AS (
    SELECT
        c.oid AS id,
        c.relname AS name,
        c.relacl AS acl,
        c.relowner AS owner,
        c.relrowsecurity AS is_secured,
        p.relname AS parent
    FROM pg_inherits AS i
    INNER JOIN pg_class AS c ON i.inhrelid = c.oid
    INNER JOIN pg_class AS p ON i.inhparent = p.oid
    WHERE
        p.relname IN ('messages', 'audit_log', 'metrics')
        AND p.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relkind = 'r'
)

SELECT
    p.name AS subject,
    'has no row level security: whoever is granted it sees every row' AS problem
FROM partitions AS p
WHERE NOT p.is_secured
UNION ALL
SELECT DISTINCT
    p.name AS subject,
    'is granted to ' || coalesce(r.rolname, 'PUBLIC') || ', past the policies of ' || p.parent AS problem
FROM partitions AS p
CROSS JOIN LATERAL aclexplode(p.acl) AS x
LEFT JOIN pg_roles AS r ON x.grantee = r.oid
WHERE x.grantee <> p.owner
UNION ALL
SELECT
    p.name AS subject,
    'can be changed: ' || g.name || ' does not always run' AS problem
FROM partitions AS p
CROSS JOIN (VALUES ('audit_log_append_only'), ('audit_log_no_truncate')) AS g (name)
WHERE
    p.parent = 'audit_log'
    AND NOT EXISTS (
        SELECT 1
        FROM pg_trigger AS t
        WHERE t.tgrelid = p.id AND t.tgname = g.name AND t.tgenabled = 'A'
    );
