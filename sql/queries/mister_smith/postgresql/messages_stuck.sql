-- Stuck: messages that a worker claimed and neither finished nor gave back.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: minutes (claimed longer ago than this)

SELECT
    m.id,
    m.created_at,
    m.to_agent_id,
    m.delivered_at
FROM messages AS m
WHERE
    m.status = 'delivered'
    AND m.delivered_at < now() - make_interval(mins => cast($minutes AS integer))
    AND m.created_at > now() - interval '2 months'
ORDER BY m.delivered_at ASC
LIMIT 1000;
