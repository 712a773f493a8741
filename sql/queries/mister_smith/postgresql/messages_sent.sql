-- Sent: what an agent wrote last.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: agent_id (the agent)
-- uses: idx_messages_from_agent

SELECT
    m.id,
    m.created_at,
    m.to_agent_id,
    m.message_type,
    m.subject,
    m.status
FROM messages AS m
WHERE m.from_agent_id = cast($agent_id AS uuid)
ORDER BY m.created_at DESC
LIMIT 100;
