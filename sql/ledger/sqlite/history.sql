-- History of a family: every event, oldest first.

SELECT
    at_utc,
    run_id,
    migration_id,
    operation,
    outcome,
    duration_ms,
    message,
    username,
    hostname,
    pid,
    rung_version,
    engine_version
FROM _rung_event
WHERE family = :family
ORDER BY id;
