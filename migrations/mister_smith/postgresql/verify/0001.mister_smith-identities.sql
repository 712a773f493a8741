-- Identities verified: roles, and functions that say on whose behalf a session acts, are what this step made.
-- seed: 004 Security Considerations, Row-Level Security

WITH expected (subject, bypasses, problem) AS (
    VALUES
    ('application_user', FALSE, 'people have no role to act as, or one that sees everything'),
    ('agent_user', FALSE, 'agents have no role to act as, or one that sees everything'),
    ('mister_smith_admin', FALSE, 'administrators have no role to act as, or one that no policy holds'),
    ('mister_smith_backup', TRUE, 'backups fail, because no policy lets them see every row')
)

SELECT
    e.subject,
    coalesce('is a role with superuser ' || r.rolsuper || ' and bypassrls ' || r.rolbypassrls, 'role is missing')
    || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN pg_roles AS r ON e.subject = r.rolname
WHERE r.oid IS NULL OR r.rolsuper OR r.rolbypassrls <> e.bypasses;

-- USAGE and nothing else: with CREATE a role could put functions of its own where ours are looked for.
WITH expected (grantee) AS (
    VALUES
    ('application_user'),
    ('agent_user'),
    ('mister_smith_admin'),
    ('mister_smith_backup')
),

actual (grantee, privileges) AS MATERIALIZED (
    SELECT
        pg_get_userbyid(x.grantee),
        string_agg(
            x.privilege_type || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
            ', ' ORDER BY x.privilege_type
        )
    FROM pg_namespace AS n
    CROSS JOIN LATERAL aclexplode(n.nspacl) AS x
    WHERE n.nspname = current_schema()
    GROUP BY x.grantee
)

SELECT
    e.grantee AS subject,
    'has ' || coalesce(a.privileges, 'nothing') || ' on the schema, and not USAGE alone' AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.grantee = a.grantee
WHERE a.privileges IS DISTINCT FROM 'USAGE';

-- The body is compared by the beginning of its SHA-256; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'current_agent_id',
        '() RETURNS uuid sql STABLE PARALLEL SAFE body 05590ac60c25',
        'row level security takes a session for another agent, or fails where it names none'
    ),
    (
        'current_user_id',
        '() RETURNS uuid sql STABLE PARALLEL SAFE body 108c107b593b',
        'row level security takes a session for somebody else, or fails where it names nobody'
    ),
    (
        'set_updated_at',
        '() RETURNS trigger plpgsql SET search_path=here, pg_temp body 0ad791a36683',
        'updated_at does not tell the last change'
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
            'body ' || left(
                encode(sha256(convert_to(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), 'UTF8')), 'hex'), 12
            ),
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

-- Exactly these privileges, for each of the family's roles and for PUBLIC.
WITH expected (subject, grantee, definition, problem) AS (
    VALUES
    ('current_agent_id()', 'agent_user', 'EXECUTE', 'agents may not call it, or may let others'),
    ('current_agent_id()', 'application_user', 'EXECUTE', 'people may not call it, or may let others'),
    ('current_agent_id()', 'mister_smith_admin', 'EXECUTE', 'administrators may not call it, or may let others'),
    ('current_user_id()', 'agent_user', 'EXECUTE', 'agents may not call it, or may let others'),
    ('current_user_id()', 'application_user', 'EXECUTE', 'people may not call it, or may let others'),
    ('current_user_id()', 'mister_smith_admin', 'EXECUTE', 'administrators may not call it, or may let others')
),

held (subject, acl) AS (
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
