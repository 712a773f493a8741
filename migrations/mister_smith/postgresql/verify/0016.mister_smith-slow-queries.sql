-- Slow queries verified: the view is exactly what this step made.
-- seed: 004 Performance Monitoring, Database Statistics

SELECT
    'pg_stat_statements' AS subject,
    'extension is missing: which queries are slow is not known' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_extension AS e
    WHERE e.extname = 'pg_stat_statements'
);

-- The query is compared by the beginning of its SHA-256, without spaces and prefixes; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'slow_queries',
        'security_invoker=true (query, calls, total_time, mean_time, rows, hit_percent) query a598a777bbcc',
        'which queries are slow is not seen'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname::text,
        concat_ws(
            ' ',
            array_to_string(c.reloptions, ', '),
            '(' || (
                SELECT string_agg(a.attname, ', ' ORDER BY a.attnum)
                FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attnum > 0
            ) || ')',
            'query ' || left(
                encode(
                    sha256(
                        convert_to(
                            regexp_replace(
                                pg_get_viewdef(c.oid, TRUE), '\s+|\m[a-z]\.|\m\w+\.(?=pg_stat_statements)', '', 'g'
                            ),
                            'UTF8'
                        )
                    ),
                    'hex'
                ),
                12
            )
        )
    FROM pg_class AS c
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relkind = 'v'
        -- As an array, so that an index finds them.
        AND c.relname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

-- Exactly these privileges, for each of the family's roles and for PUBLIC.
WITH expected (subject, grantee, definition, problem) AS (
    VALUES
    ('slow_queries', 'mister_smith_admin', 'SELECT', 'administrators may do more with it, or less')
),

held (subject, acl) AS (
    SELECT
        c.relname::text,
        c.relacl
    FROM pg_class AS c
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname = any(array(SELECT e.subject FROM expected AS e))
        AND c.relkind IN ('r', 'p', 'v')
),

actual (subject, grantee, definition) AS MATERIALIZED (
    SELECT
        h.subject,
        CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee) END,
        string_agg(
            x.privilege_type || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
            ', ' ORDER BY x.privilege_type
        )
    FROM held AS h
    CROSS JOIN LATERAL aclexplode(h.acl) AS x
    WHERE
        x.grantee = 0
        OR pg_get_userbyid(x.grantee) IN (
            'application_user', 'agent_user', 'mister_smith_admin', 'mister_smith_backup'
        )
    GROUP BY h.subject, x.grantee
)

SELECT
    coalesce(e.subject, a.subject) || ' for ' || coalesce(e.grantee, a.grantee) AS subject,
    coalesce('grants ' || a.definition, 'grants nothing') || ', expected ' || coalesce(e.definition, 'nothing')
    || coalesce(': ' || e.problem, '') AS problem
FROM expected AS e
FULL JOIN actual AS a ON e.subject = a.subject AND e.grantee = a.grantee
WHERE a.definition IS DISTINCT FROM e.definition;
