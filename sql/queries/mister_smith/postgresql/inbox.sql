-- Inbox: what waits for an agent, most urgent and oldest first.
-- seed: 004 Query Optimization Patterns, Common Query Patterns
-- params: agent_id (the agent)
-- uses: idx_messages_to_agent_status

-- To look only; two workers that both read this would both do the work. messages_claim takes messages for one.
SELECT
    m.id,
    m.from_agent_id,
    m.to_agent_id,
    m.content,
    m.priority
FROM messages AS m
WHERE
    m.to_agent_id = cast($agent_id AS uuid)
    AND m.status = 'pending'
    AND (m.expires_at IS NULL OR m.expires_at > now())
ORDER BY m.priority ASC, m.created_at ASC
LIMIT 100;
