-- Ledger head: what changes when any migrator, rung or yoyo, moved the ledger since it was read: how many steps are
--   applied, and how many were ever taken up or down. The latest time would not: clocks go back.

SELECT
    (SELECT count(*) FROM _yoyo_migration) AS applied,
    (SELECT count(*) FROM _yoyo_log) AS moves;
