-- Retry: failed messages that may be tried again wait once more, the oldest first.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- params: rows (at most this many)
-- uses: idx_messages_retry
-- writes: yes

WITH next AS MATERIALIZED (
    SELECT
        m.id,
        m.created_at
    FROM messages AS m
    WHERE m.status = 'failed' AND m.retry_count < m.max_retries
    ORDER BY m.created_at ASC
    LIMIT cast($rows AS integer)
    FOR UPDATE SKIP LOCKED
)

UPDATE messages AS m
SET status = 'pending'
FROM next AS n
WHERE m.id = n.id AND m.created_at = n.created_at
RETURNING m.id, m.created_at, m.retry_count;
