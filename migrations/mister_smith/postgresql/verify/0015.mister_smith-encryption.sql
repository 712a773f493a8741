-- Encryption verified: the functions, and the extension that they call, are exactly what this step made.
-- seed: 004 Security Considerations, Encryption

SELECT
    'pgcrypto' AS subject,
    'extension is missing: values can be neither encrypted nor read' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_extension AS e
    WHERE e.extname = 'pgcrypto'
);

-- The body is compared by the beginning of its SHA-256, wherever the extension is; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'decrypt_sensitive_data',
        '(encrypted_data text) RETURNS text sql STRICT body cf934586d3be',
        'values cannot be read again'
    ),
    ('encrypt_sensitive_data', '(data text) RETURNS text sql STRICT body d8195991426d', 'values cannot be encrypted'),
    (
        'encryption_key',
        '() RETURNS text plpgsql STABLE SET search_path=here, pg_temp body 1b07a12691cd',
        'values are encrypted with no key'
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
                encode(
                    sha256(
                        convert_to(
                            regexp_replace(
                                coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), '\w+\.pgp_sym_', 'pgp_sym_', 'g'
                            ),
                            'UTF8'
                        )
                    ),
                    'hex'
                ),
                12
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
    ('decrypt_sensitive_data(text)', 'agent_user', 'EXECUTE', 'agents may not call it, or may let others'),
    ('decrypt_sensitive_data(text)', 'application_user', 'EXECUTE', 'people may not call it, or may let others'),
    (
        'decrypt_sensitive_data(text)',
        'mister_smith_admin',
        'EXECUTE',
        'administrators may not call it, or may let others'
    ),
    ('encrypt_sensitive_data(text)', 'agent_user', 'EXECUTE', 'agents may not call it, or may let others'),
    ('encrypt_sensitive_data(text)', 'application_user', 'EXECUTE', 'people may not call it, or may let others'),
    (
        'encrypt_sensitive_data(text)',
        'mister_smith_admin',
        'EXECUTE',
        'administrators may not call it, or may let others'
    ),
    ('encryption_key()', 'agent_user', 'EXECUTE', 'agents may not call it, or may let others'),
    ('encryption_key()', 'application_user', 'EXECUTE', 'people may not call it, or may let others'),
    ('encryption_key()', 'mister_smith_admin', 'EXECUTE', 'administrators may not call it, or may let others')
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
