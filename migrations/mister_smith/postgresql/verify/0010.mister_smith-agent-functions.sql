-- Agent functions verified: they are exactly what this step made.
-- seed: 004 Integration with Agent Framework, Connection Management; Agent State Persistence

-- The body is compared by the beginning of its SHA-256; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'get_agent_connection',
        '(agent_uuid uuid) RETURNS TABLE(connection_string text, pool_size integer, max_connections '
        || 'integer) plpgsql SET search_path=here, pg_temp body 04bb061708a8',
        'agents cannot be told where to connect'
    ),
    (
        'load_agent_state',
        '(agent_uuid uuid) RETURNS jsonb sql SET search_path=here, pg_temp body 6ab8ea6c4c06',
        'the state of an agent is not found again'
    ),
    (
        'save_agent_state',
        '(agent_uuid uuid, state_data jsonb) RETURNS boolean plpgsql SET search_path=here, pg_temp body '
        || '2f6241788c46',
        'the state of an agent is not saved'
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
