-- Ledger head: what changes when any migrator, rung or yoyo, moved the ledger since it was read. The latest time alone
--   would not: clocks go back.

SELECT
    (SELECT count(*) FROM _yoyo_migration) AS applied,
    (SELECT string_agg(cast(applied_at_utc AS text), ',' ORDER BY migration_hash) FROM _yoyo_migration) AS times;
