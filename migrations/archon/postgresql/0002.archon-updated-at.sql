-- Time of the last change: updated_at of a sync is kept by the database, so no client can forget it or make it up.
-- seed: 002 6. Triggers Implemented; Performance Considerations
-- differs: the clock is read at the change, where the original takes the start of the transaction: a long transaction
--   would date its change before the insertion of the very row that it changes
-- depends: 0001.archon-sync-history

CREATE FUNCTION update_sync_history_updated_at()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = ''
AS $body$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$body$;

-- A trigger asks nobody for EXECUTE when it fires.
REVOKE ALL ON FUNCTION update_sync_history_updated_at() FROM public, anon, authenticated, service_role;

CREATE TRIGGER trigger_sync_history_updated_at
BEFORE UPDATE ON archon_sync_history
FOR EACH ROW
EXECUTE FUNCTION update_sync_history_updated_at();
