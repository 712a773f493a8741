-- History of a family: every event, oldest first.

SELECT
    to_char(at_utc, 'YYYY-MM-DD"T"HH24:MI:SS.US') AS at_utc,
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
