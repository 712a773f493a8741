-- Indexes of the sync history: each documented question is answered without reading all of it.
-- seed: 002 3. Indexes Created; Performance Considerations
-- depends: 0001.archon-sync-history

-- The latest syncs, and those of a period.
CREATE INDEX idx_sync_history_started ON archon_sync_history (started_at DESC);

-- What runs or went wrong is a small part of a history that is mostly 'completed'.
CREATE INDEX idx_sync_history_status ON archon_sync_history (status) WHERE status IN ('running', 'failed');

-- The latest syncs of a direction.
CREATE INDEX idx_sync_history_direction ON archon_sync_history (direction, started_at DESC);

-- The latest syncs of a person or job.
CREATE INDEX idx_sync_history_triggered_by ON archon_sync_history (triggered_by, started_at DESC);

-- Syncs whose metadata holds something: metadata @> '{"branch": "main"}'.
CREATE INDEX idx_sync_history_metadata ON archon_sync_history USING gin (metadata);
