-- State of an agent: what load_agent_state would give, without touching it.
-- seed: 004 Integration with Agent Framework, Agent State Persistence
-- params: agent_id (the agent)
-- uses: idx_agent_sessions_agent_active

SELECT
    s.session_data,
    s.last_activity_at,
    s.expires_at
FROM agent_sessions AS s
WHERE s.agent_id = cast($agent_id AS uuid) AND s.is_active;
