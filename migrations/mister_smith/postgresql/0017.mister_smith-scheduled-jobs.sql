-- Scheduled jobs: months are made and cleared away without anybody thinking of it.
-- seed: 004 Schema Evolution Management, Partition Management; Data Retention Policies
-- differs: one job for each table and task, so that one that fails keeps none of the others from running; jobs name
--   their schema; a view shows how each ended last
-- depends: 0009.mister_smith-partitions 0011.mister_smith-access
-- requires: extension pg_cron loaded

DO $$
BEGIN
    PERFORM 1 FROM pg_extension AS e WHERE e.extname = 'pg_cron';
    IF NOT FOUND THEN
        CREATE EXTENSION pg_cron;
        COMMENT ON EXTENSION pg_cron IS 'made by rung for mister_smith';
    END IF;
END;
$$;

-- At midnight on the first of the month, as in the seed; three months are ahead by then.
SELECT
    cron.schedule(
        format('create-partitions %I.%I', current_schema(), p.table_name),
        '0 0 1 * *',
        format('SELECT %I.create_monthly_partitions(%L)', current_schema(), p.table_name)
    )
FROM partition_policies AS p
ORDER BY p.table_name;

SELECT
    cron.schedule(
        format('cleanup-partitions %I.%I', current_schema(), p.table_name),
        '0 2 1 * *',
        format('SELECT %I.drop_old_partitions(%L, dry_run => FALSE)', current_schema(), p.table_name)
    )
FROM partition_policies AS p
ORDER BY p.table_name;

CREATE VIEW scheduled_jobs WITH (security_invoker = TRUE) AS
SELECT
    j.jobid,
    j.jobname,
    j.schedule,
    j.command,
    j.active,
    r.status AS last_status,
    r.start_time AS last_started_at,
    r.return_message AS last_message
FROM pg_class AS a
INNER JOIN pg_namespace AS n ON a.relnamespace = n.oid
INNER JOIN cron.job AS j
    ON
        starts_with(j.jobname, format('create-partitions %I.', n.nspname))
        OR starts_with(j.jobname, format('cleanup-partitions %I.', n.nspname))
LEFT JOIN LATERAL (
    SELECT
        d.status,
        d.start_time,
        d.return_message
    FROM cron.job_run_details AS d
    WHERE d.jobid = j.jobid
    ORDER BY d.runid DESC
    LIMIT 1
) AS r ON TRUE
WHERE a.oid = 'agents'::regclass AND j.database = current_database()
ORDER BY j.jobname;
