-- Audit of an agent: everything that it did, latest first.
-- seed: 003 2. Database Initialization, core indexes
-- params: agent_id (the agent), rows (at most this many)
-- uses: idx_audit_agent

SELECT
    a.timestamp,
    a.task_id,
    a.action_type,
    a.action_data,
    a.result
FROM audit AS a
WHERE a.agent_id = :agent_id
ORDER BY a.timestamp DESC, a.id DESC
LIMIT :rows;
