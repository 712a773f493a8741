-- Start of a sync: the row that its progress is written to.
-- seed: 002 Verification Commands, Test Insert
-- params: sync_id (by habit sync_YYYYMMDD_HHMMSS), direction (local-to-remote, remote-to-local or bidirectional)
-- writes: yes

INSERT INTO archon_sync_history (sync_id, direction, status)
VALUES ($sync_id, $direction, 'running')
RETURNING id, sync_id, direction, status, started_at, percent_complete, triggered_by;
