-- Indexes of the sync history undone: nothing is lost but speed.
-- seed: 002 3. Indexes Created

DROP INDEX idx_sync_history_metadata;

DROP INDEX idx_sync_history_triggered_by;

DROP INDEX idx_sync_history_direction;

DROP INDEX idx_sync_history_status;

DROP INDEX idx_sync_history_started;
