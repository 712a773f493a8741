-- Ledger head: what changes when any migrator, rung or yoyo, moved the ledger since it was read. The latest time alone
--   would not: clocks go back.

SELECT
    count(*) AS applied,
    group_concat(ordered.applied_at_utc) AS times
FROM (
    SELECT applied_at_utc
    FROM _yoyo_migration
    ORDER BY migration_hash
) AS ordered;
