-- What the ledger says of a step that was just taken: whether it is applied, by which file, and the last thing that
--   happened. A trigger, a rule or a policy on its tables may have kept what was written from being there.

WITH this_one AS (
    SELECT applied_at_utc
    FROM _yoyo_migration
    WHERE migration_hash = :migration_hash
)

SELECT
    (SELECT count(*) FROM this_one) AS applied,
    (
        SELECT max(forward_checksum) FROM _rung_step
        WHERE migration_hash = :migration_hash AND applied_at_utc IN (SELECT this_one.applied_at_utc FROM this_one)
    ) AS forward_checksum,
    (
        SELECT run_id || ' ' || operation || ' ' || migration_id FROM _rung_event
        ORDER BY id DESC
        LIMIT 1
    ) AS latest_event;
