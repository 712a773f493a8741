-- History of a family: every event, oldest first.

SELECT
    strftime(at_utc, '%Y-%m-%dT%H:%M:%S.%f') AS at_utc,
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
WHERE family = $family
ORDER BY id;
