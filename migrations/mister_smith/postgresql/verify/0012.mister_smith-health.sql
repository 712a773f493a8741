-- Health verified: the views and the health check are exactly what this step made.
-- seed: 004 Performance Monitoring, Database Statistics; Health Check Queries

-- The body is compared by the beginning of its SHA-256; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'database_health_check',
        '() RETURNS TABLE(check_name text, status text, details jsonb) sql STABLE SECURITY DEFINER SET '
        || 'search_path=here, pg_temp body b53b75b61711',
        'nobody is warned'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        p.proname::text,
        concat_ws(
            ' ',
            '(' || pg_get_function_arguments(p.oid) || ')',
            'RETURNS ' || pg_get_function_result(p.oid),
            (
                SELECT l.lanname
                FROM pg_language AS l
                WHERE l.oid = p.prolang
            ),
            CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END,
            CASE WHEN p.proisstrict THEN 'STRICT' END,
            CASE WHEN p.proleakproof THEN 'LEAKPROOF' END,
            CASE p.proparallel WHEN 's' THEN 'PARALLEL SAFE' WHEN 'r' THEN 'PARALLEL RESTRICTED' END,
            CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END,
            'SET ' || replace(
                array_to_string(p.proconfig, ', '), quote_ident(current_schema()) || ', pg_temp', 'here, pg_temp'
            ),
            'body ' || left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 12),
            CASE WHEN has_function_privilege('public', p.oid, 'EXECUTE') THEN 'EXECUTE by PUBLIC' END
        )
    FROM pg_proc AS p
    WHERE
        p.pronamespace = to_regnamespace(quote_ident(current_schema()))
        -- As an array, so that an index finds them.
        AND p.proname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

-- The query is compared by the beginning of its SHA-256, without spaces and prefixes; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'table_sizes',
        'security_invoker=true (schemaname, tablename, size, size_bytes) query 9b0a047a4d32',
        'how large the tables are is not seen'
    ),
    (
        'index_usage',
        'security_invoker=true (schemaname, tablename, indexname, idx_tup_read, idx_tup_fetch, idx_scan, '
        || 'index_size) query 2faed0d91d6e',
        'which indexes are used is not seen'
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
    ('database_health_check()', 'mister_smith_admin', 'EXECUTE', 'administrators may not call it, or may let others'),
    ('index_usage', 'mister_smith_admin', 'SELECT', 'administrators may do more with it, or less'),
    ('table_sizes', 'mister_smith_admin', 'SELECT', 'administrators may do more with it, or less')
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
    UNION ALL
    SELECT
        p.proname || '(' || oidvectortypes(p.proargtypes) || ')',
        p.proacl
    FROM pg_proc AS p
    WHERE
        p.pronamespace = to_regnamespace(quote_ident(current_schema()))
        AND p.proname = any(array(SELECT split_part(e.subject, '(', 1) FROM expected AS e))
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
