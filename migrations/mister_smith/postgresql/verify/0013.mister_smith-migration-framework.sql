-- Migration framework verified: it is exactly what this step made.
-- seed: 004 Schema Version Management; Migration Scripts and Versioning Strategy, Migration Framework

WITH expected (subject, definition, problem) AS (
    VALUES
    ('schema_versions', 'table', 'which migrations were executed is unknown')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname::text,
        concat_ws(
            ' ',
            CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
            'table',
            'PARTITION BY ' || pg_get_partkeydef(c.oid),
            'PARTITION OF ' || i.inhparent::regclass::text,
            pg_get_expr(c.relpartbound, c.oid),
            array_to_string(c.reloptions, ', ')
        )
    FROM pg_class AS c
    LEFT JOIN pg_inherits AS i ON c.oid = i.inhrelid
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relkind IN ('r', 'p')
        -- As an array, so that an index finds them.
        AND c.relname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

WITH expected (subject, definition) AS (
    VALUES
    ('schema_versions.version', 'integer NOT NULL'),
    ('schema_versions.applied_at', 'timestamp with time zone DEFAULT now()'),
    ('schema_versions.description', 'text NOT NULL'),
    ('schema_versions.rollback_sql', 'text'),
    ('schema_versions.checksum', 'text NOT NULL'),
    ('schema_versions.applied_by', 'text NOT NULL DEFAULT SESSION_USER')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname || '.' || a.attname,
        concat_ws(
            ' ',
            format_type(a.atttypid, a.atttypmod),
            'COLLATE ' || (
                SELECT a.attcollation::regcollation::text
                FROM pg_type AS t
                WHERE t.oid = a.atttypid AND t.typcollation <> a.attcollation
            ),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT' ELSE 'GENERATED ' || a.attgenerated::text END
            || ' ' || (
                SELECT pg_get_expr(d.adbin, d.adrelid, TRUE)
                FROM pg_attrdef AS d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
            ),
            'IDENTITY ' || nullif(a.attidentity::text, '')
        )
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname = any(array(SELECT split_part(e.subject, '.', 1) FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE
    a.definition IS DISTINCT FROM e.definition
    AND to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) IS NOT NULL;

WITH expected (subject, definition, problem) AS (
    VALUES
    ('schema_versions.schema_versions_version_check', 'CHECK (version > 0)', 'accepts a version below 1'),
    ('schema_versions.schema_versions_pkey', 'PRIMARY KEY (version)', 'two rows of schema_versions can be the same')
)

SELECT
    e.subject,
    coalesce('is now ' || pg_get_constraintdef(k.oid, TRUE), 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN pg_constraint AS k
    ON
        to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) = k.conrelid
        AND split_part(e.subject, '.', 2) = k.conname
WHERE pg_get_constraintdef(k.oid, TRUE) IS DISTINCT FROM e.definition;

-- The body is compared by the beginning of its SHA-256; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'execute_migration',
        '(migration_version integer, migration_description text, migration_sql text, rollback_sql text '
        || 'DEFAULT NULL::text) RETURNS boolean plpgsql SET search_path=here, pg_temp body db5465bc4a79',
        'a migration runs twice, out of order or half'
    ),
    (
        'rollback_migration',
        '(migration_version integer) RETURNS boolean plpgsql SET search_path=here, pg_temp body 9de76d5da1bc',
        'a rollback takes the wrong migration back, or takes more than one'
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
        AND p.proname = any(array(SELECT e.subject FROM expected AS e))
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
    ('schema_versions', 'mister_smith_admin', 'SELECT', 'administrators may do more with it, or less')
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
