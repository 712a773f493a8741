-- Lost records: steps that are applied, and that none but rung has ever taken up or down. Their records must be there.
--   yoyo leaves the comment empty.

SELECT yoyo.migration_id
FROM _yoyo_migration AS yoyo
INNER JOIN _yoyo_log AS log ON yoyo.migration_hash = log.migration_hash
GROUP BY yoyo.migration_id
HAVING bool_and(coalesce(log.comment LIKE 'rung %', FALSE))
ORDER BY yoyo.migration_id;
