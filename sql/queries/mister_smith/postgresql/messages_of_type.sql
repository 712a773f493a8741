-- Messages of a type: the most urgent kinds first, whoever they go to.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: message_type (the type), priority (at least as urgent as this)
-- uses: idx_messages_type_priority

SELECT
    m.id,
    m.created_at,
    m.to_agent_id,
    m.priority,
    m.status
FROM messages AS m
WHERE m.message_type = $message_type AND m.priority <= cast($priority AS integer)
ORDER BY m.priority ASC
LIMIT 100;
