-- Recent syncs: what was synchronised last, and how far it got.
-- seed: 002 Verification Commands, Query Recent Syncs
-- params: rows (at most this many; the document asks for 5)
-- uses: idx_sync_history_started

SELECT
    s.sync_id,
    s.direction,
    s.status,
    s.started_at,
    s.percent_complete
FROM archon_sync_history AS s
ORDER BY s.started_at DESC
LIMIT $rows;
