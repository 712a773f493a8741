-- Monitoring undone: the audit trail ends, so archive it first.
-- seed: 004 Complete SQL DDL Specifications, Monitoring Schema
-- loses: audit_log, metrics (every row of every partition, also audit_log_default and metrics_default), errors,
--   health_checks (every row); months that were archived before stay in the archive schema, without their guard

DROP TABLE health_checks;

DROP TABLE errors;

DROP TABLE metrics;

DROP TABLE audit_log;

-- Archived months keep their rows and lose the triggers that call a function about to go.
DO $$
DECLARE
    guard record;
BEGIN
    FOR guard IN
        SELECT
            t.tgname AS trigger_name,
            t.tgrelid::regclass AS archived
        FROM pg_trigger AS t
        WHERE t.tgfoid = 'refuse_change()'::regprocedure
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', guard.trigger_name, guard.archived);
    END LOOP;
END;
$$;

DROP FUNCTION refuse_change();
