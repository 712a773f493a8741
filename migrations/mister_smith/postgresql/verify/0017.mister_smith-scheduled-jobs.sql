-- Scheduled jobs verified: every job is there, active, and says what this step made it say.
-- seed: 004 Schema Evolution Management, Partition Management; Data Retention Policies

SELECT
    'pg_cron' AS subject,
    'extension is missing: no job runs' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM pg_extension AS e
    WHERE e.extname = 'pg_cron'
);

-- The query is compared by the beginning of its SHA-256, without spaces and prefixes; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'scheduled_jobs',
        'security_invoker=true (jobid, jobname, schedule, command, active, last_status, last_started_at, '
        || 'last_message) query 0adec2fd6a18',
        'whether the jobs ran is not seen'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname::text,
        concat_ws(
            ' ',
            array_to_string(c.reloptions, ', '),
            '(' || (
                SELECT string_agg(a.attname, ', ' ORDER BY a.attnum)
                FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attnum > 0
            ) || ')',
            'query ' || left(
                encode(
                    sha256(
                        convert_to(
                            regexp_replace(
                                pg_get_viewdef(c.oid, TRUE), '\s+|\m[a-z]\.|\m\w+\.(?=pg_stat_statements)', '', 'g'
                            ),
                            'UTF8'
                        )
                    ),
                    'hex'
                ),
                12
            )
        )
    FROM pg_class AS c
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relkind = 'v'
        -- As an array, so that an index finds them.
        AND c.relname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

WITH expected (task, table_name, schedule, command) AS (
    VALUES
    ('create-partitions', 'audit_log', '0 0 1 * *', 'SELECT %I.create_monthly_partitions(%L)'),
    ('create-partitions', 'messages', '0 0 1 * *', 'SELECT %I.create_monthly_partitions(%L)'),
    ('create-partitions', 'metrics', '0 0 1 * *', 'SELECT %I.create_monthly_partitions(%L)'),
    ('cleanup-partitions', 'audit_log', '0 2 1 * *', 'SELECT %I.drop_old_partitions(%L, dry_run => FALSE)'),
    ('cleanup-partitions', 'messages', '0 2 1 * *', 'SELECT %I.drop_old_partitions(%L, dry_run => FALSE)'),
    ('cleanup-partitions', 'metrics', '0 2 1 * *', 'SELECT %I.drop_old_partitions(%L, dry_run => FALSE)')
),

-- By way of XML, so that this says what is missing, and does not fail, where the table of jobs is.
actual (job) AS MATERIALIZED (
    SELECT convert_from(decode(x::text, 'hex'), 'UTF8')
    FROM unnest(
        xpath(
            '/table/row/job/text()',
            CASE
                WHEN to_regclass('cron.job') IS NOT NULL
                    THEN query_to_xml(
                        'SELECT encode(convert_to(concat_ws('' '', jobname, schedule, command), ''UTF8''), ''hex'') '
                        || 'AS job FROM cron.job WHERE active AND database = current_database()',
                        TRUE, FALSE, ''
                    )
            END
        )
    ) AS x
)

SELECT
    e.task || ' ' || e.table_name AS subject,
    'is not scheduled as ' || e.schedule || ' ' || format(e.command, current_schema(), e.table_name)
    || ', active, in this database: partitions of ' || e.table_name || ' are not maintained' AS problem
FROM expected AS e
LEFT JOIN actual AS a
    ON
        a.job = concat_ws(
            ' ',
            format('%s %I.%I', e.task, current_schema(), e.table_name),
            e.schedule,
            format(e.command, current_schema(), e.table_name)
        )
WHERE a.job IS NULL;
