-- Conversation: all messages that belong together, in their order.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: correlation_id (what they have in common)
-- uses: idx_messages_correlation

SELECT
    m.created_at,
    m.from_agent_id,
    m.to_agent_id,
    m.message_type,
    m.subject,
    m.content,
    m.status
FROM messages AS m
WHERE m.correlation_id = cast($correlation_id AS uuid)
ORDER BY m.created_at ASC, m.id ASC;
