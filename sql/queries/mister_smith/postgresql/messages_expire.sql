-- Expiry: what nobody fetched in time is no longer offered.
-- seed: 004 Index Definitions and Performance Optimization, Core Performance Indexes
-- uses: idx_messages_expires
-- writes: yes

UPDATE messages
SET status = 'expired'
WHERE
    expires_at <= now()
    AND status IN ('pending', 'sent')
RETURNING id, created_at;
