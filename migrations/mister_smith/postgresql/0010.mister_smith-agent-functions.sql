-- Agent functions: where an agent connects to, and its state between two calls.
-- seed: 004 Integration with Agent Framework, Connection Management; Agent State Persistence
-- differs: saving saves, where the seed's names a conflict that no index decides and hides the error behind false; of
--   several connections the one that rested longest is given; state that has expired is not given back
-- depends: 0003.mister_smith-agents 0004.mister_smith-credentials

SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

CREATE FUNCTION get_agent_connection(agent_uuid uuid)
RETURNS TABLE (connection_string text, pool_size integer, max_connections integer)
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    UPDATE agent_connections AS c
    SET last_used_at = now()
    WHERE
        c.id = (
            SELECT o.id
            FROM agent_connections AS o
            WHERE o.agent_id = agent_uuid AND o.is_active
            ORDER BY o.last_used_at ASC NULLS FIRST, o.id ASC
            LIMIT 1
        )
    RETURNING
        format('postgresql://%s:%s/%s', c.host, c.port, c.database_name),
        c.connection_pool_size,
        c.max_connections;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'No active connection found for agent %', agent_uuid USING ERRCODE = 'no_data_found';
    END IF;
END;
$$;

-- An error is an error: true says that the state is saved, and nothing says false.
CREATE FUNCTION save_agent_state(agent_uuid uuid, state_data jsonb) RETURNS boolean
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    INSERT INTO agent_sessions AS s (agent_id, session_data, last_activity_at)
    VALUES (agent_uuid, state_data, now())
    ON CONFLICT (agent_id) WHERE is_active DO UPDATE
    SET
        session_data = excluded.session_data,
        last_activity_at = excluded.last_activity_at,
        -- A session that is used again lives again; load_agent_state would not find what was saved.
        expires_at = CASE WHEN s.expires_at > now() THEN s.expires_at END;
    RETURN TRUE;
END;
$$;

-- '{}' for an agent that has saved nothing.
CREATE FUNCTION load_agent_state(agent_uuid uuid) RETURNS jsonb
LANGUAGE sql
SET search_path FROM CURRENT
AS $$
    WITH found AS (
        UPDATE agent_sessions AS s
        SET last_activity_at = now()
        WHERE s.agent_id = agent_uuid AND s.is_active AND (s.expires_at IS NULL OR s.expires_at > now())
        RETURNING s.session_data
    )
    SELECT coalesce((SELECT f.session_data FROM found AS f), '{}'::jsonb)
$$;

REVOKE ALL ON FUNCTION get_agent_connection(uuid), save_agent_state(uuid, jsonb), load_agent_state(uuid) FROM public;
