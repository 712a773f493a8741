-- Claiming: takes the next messages of an agent for one worker, whatever the others do.
-- seed: 004 Query Optimization Patterns, Common Query Patterns
-- differs: the seed reads without a lock, so that two workers get the same message
-- params: agent_id (the agent), rows (at most this many)
-- uses: idx_messages_to_agent_status
-- writes: yes

-- Locked rows are somebody else's: skipped, not waited for. When the worker's transaction fails they are free again.
WITH next AS MATERIALIZED (
    SELECT
        m.id,
        m.created_at
    FROM messages AS m
    WHERE
        m.to_agent_id = cast($agent_id AS uuid)
        AND m.status = 'pending'
        AND (m.expires_at IS NULL OR m.expires_at > now())
    ORDER BY m.priority ASC, m.created_at ASC
    LIMIT cast($rows AS integer)
    FOR UPDATE SKIP LOCKED
)

UPDATE messages AS m
SET
    status = 'delivered',
    sent_at = coalesce(m.sent_at, now()),
    delivered_at = now()
FROM next AS n
WHERE m.id = n.id AND m.created_at = n.created_at
RETURNING m.id, m.created_at, m.from_agent_id, m.to_agent_id, m.content, m.priority;
