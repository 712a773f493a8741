-- Scheduled jobs undone: partitions are made and cleared away by hand again.
-- seed: 004 Schema Evolution Management, Partition Management; Data Retention Policies
-- loses: cron.job (the jobs that the step made), cron.job_run_details (how they ended, where the extension goes too)

DROP VIEW scheduled_jobs;

SELECT cron.unschedule(j.jobid)
FROM cron.job AS j
WHERE
    j.database = current_database()
    AND (
        starts_with(j.jobname, format('create-partitions %I.', current_schema()))
        OR starts_with(j.jobname, format('cleanup-partitions %I.', current_schema()))
    );

-- The extension goes when this family made it and no job is left, whoever made that one.
DO $$
BEGIN
    PERFORM 1
    FROM pg_extension AS e
    WHERE
        e.extname = 'pg_cron'
        AND obj_description(e.oid, 'pg_extension') = 'made by rung for mister_smith'
        AND NOT EXISTS (SELECT 1 FROM cron.job);
    IF FOUND THEN
        BEGIN
            DROP EXTENSION pg_cron;
        EXCEPTION
            WHEN dependent_objects_still_exist OR insufficient_privilege THEN
                RAISE NOTICE 'extension pg_cron stays: %', sqlerrm;
        END;
    END IF;
END;
$$;
