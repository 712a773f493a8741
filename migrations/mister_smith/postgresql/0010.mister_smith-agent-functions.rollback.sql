-- Agent functions undone: agents read and write their tables themselves.
-- seed: 004 Integration with Agent Framework, Connection Management; Agent State Persistence

DROP FUNCTION load_agent_state(uuid);

DROP FUNCTION save_agent_state(uuid, jsonb);

DROP FUNCTION get_agent_connection(uuid);
