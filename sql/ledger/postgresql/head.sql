-- Ledger head: a number that changes when any migrator, rung or yoyo, moved the ledger since it was read.

SELECT
    (SELECT count(*) FROM _yoyo_migration) AS applied,
    (SELECT max(applied_at_utc) FROM _yoyo_migration) AS latest;
