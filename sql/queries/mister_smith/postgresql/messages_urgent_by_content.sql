-- Urgent by content: messages whose content itself names a high priority.
-- seed: 004 Index Definitions and Performance Optimization, JSONB-Specific Indexes
-- params: priority (this or a higher number)
-- uses: idx_messages_content_priority

SELECT
    m.id,
    m.created_at,
    m.to_agent_id,
    m.content
FROM messages AS m
WHERE
    m.content ? 'priority'
    AND m.content -> 'priority' >= to_jsonb(cast($priority AS integer))
    AND jsonb_typeof(m.content -> 'priority') = 'number'
ORDER BY m.content -> 'priority' DESC
LIMIT 100;
