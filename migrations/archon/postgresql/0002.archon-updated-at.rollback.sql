-- Time of the last change undone: updated_at is what clients write.
-- seed: 002 6. Triggers Implemented

DROP TRIGGER trigger_sync_history_updated_at ON archon_sync_history;

DROP FUNCTION update_sync_history_updated_at();
