-- Outdated records: of applications that yoyo took back without rung's knowledge. Removed before a run records its
--   first step, or they would stand in the way of a new one.

DELETE FROM _rung_step
WHERE NOT EXISTS (
    SELECT 1 FROM _yoyo_migration AS yoyo
    WHERE yoyo.migration_hash = _rung_step.migration_hash
);
