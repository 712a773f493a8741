-- Questions about syncs verified: each function asks what this step made it ask, for those two roles only.
-- seed: 002 7. Helper Functions Created
-- differs: the registration is a row, and so the affair of the check registration

-- The clauses are the whole function in its order, as PostgreSQL shows it: a clause that has changed is named, and then
-- what has become of the whole is shown.
WITH expected (name, place, clause, problem) AS (
    VALUES
    (
        'get_latest_sync(text)',
        1,
        'CREATE OR REPLACE FUNCTION get_latest_sync(p_direction text DEFAULT NULL::text) RETURNS TABLE(id uuid, '
        || 'sync_id text, direction text, status text, started_at timestamp with time zone, '
        || 'completed_at timestamp with time zone, duration_seconds integer, synced_rows integer, '
        || 'percent_complete integer)',
        'is called or answers in another form'
    ),
    (
        'get_latest_sync(text)',
        2,
        'LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 BEGIN ATOMIC',
        'cannot become part of the query that calls it, or does not run with the rights of the caller'
    ),
    (
        'get_latest_sync(text)',
        3,
        'SELECT s.id, s.sync_id, s.direction, s.status, s.started_at, s.completed_at, s.duration_seconds, '
        || 's.synced_rows, s.percent_complete FROM archon_sync_history s',
        'does not answer with the columns of the sync'
    ),
    (
        'get_latest_sync(text)',
        4,
        'WHERE ((get_latest_sync.p_direction IS NULL) OR (s.direction = get_latest_sync.p_direction))',
        'does not answer for the direction that was asked for'
    ),
    (
        'get_latest_sync(text)',
        5,
        'ORDER BY s.started_at DESC, s.created_at DESC, s.id DESC LIMIT 1; END',
        'does not answer with the latest sync alone'
    ),
    (
        'get_sync_stats(integer)',
        1,
        'CREATE OR REPLACE FUNCTION get_sync_stats(p_days integer DEFAULT 7) RETURNS TABLE(total_syncs bigint, '
        || 'successful_syncs bigint, failed_syncs bigint, avg_duration_seconds numeric, total_rows_synced bigint, '
        || 'local_to_remote_count bigint, remote_to_local_count bigint, bidirectional_count bigint, '
        || 'success_rate numeric)',
        'is called or answers in another form'
    ),
    (
        'get_sync_stats(integer)',
        2,
        'LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 BEGIN ATOMIC',
        'cannot become part of the query that calls it, or does not run with the rights of the caller'
    ),
    (
        'get_sync_stats(integer)',
        3,
        'SELECT count(*) AS total_syncs,',
        'total_syncs does not count the syncs'
    ),
    (
        'get_sync_stats(integer)',
        4,
        'count(*) FILTER (WHERE (s.status = ''completed''::text)) AS successful_syncs,',
        'successful_syncs does not count the completed ones'
    ),
    (
        'get_sync_stats(integer)',
        5,
        'count(*) FILTER (WHERE (s.status = ''failed''::text)) AS failed_syncs,',
        'failed_syncs does not count the failed ones'
    ),
    (
        'get_sync_stats(integer)',
        6,
        'round(avg(s.duration_seconds), 2) AS avg_duration_seconds,',
        'avg_duration_seconds is not the average to the hundredth'
    ),
    (
        'get_sync_stats(integer)',
        7,
        'COALESCE(sum(s.synced_rows), (0)::bigint) AS total_rows_synced,',
        'total_rows_synced is not the sum of the rows, 0 for none'
    ),
    (
        'get_sync_stats(integer)',
        8,
        'count(*) FILTER (WHERE (s.direction = ''local-to-remote''::text)) AS local_to_remote_count, '
        || 'count(*) FILTER (WHERE (s.direction = ''remote-to-local''::text)) AS remote_to_local_count, '
        || 'count(*) FILTER (WHERE (s.direction = ''bidirectional''::text)) AS bidirectional_count,',
        'does not count by direction'
    ),
    (
        'get_sync_stats(integer)',
        9,
        'round(((100.0 * (count(*) FILTER (WHERE (s.status = ''completed''::text)))::numeric) / '
        || '(NULLIF(count(*) FILTER (WHERE (s.status <> ''running''::text)), 0))::numeric), 2) AS success_rate',
        'success_rate is not the part of completed ones in those that have ended'
    ),
    (
        'get_sync_stats(integer)',
        10,
        'FROM archon_sync_history s WHERE (s.started_at >= CASE '
        || 'WHEN ((get_sync_stats.p_days >= 1) AND (get_sync_stats.p_days <= 365000)) '
        || 'THEN (now() - make_interval(hours => (24 * get_sync_stats.p_days))) '
        || 'WHEN (get_sync_stats.p_days <= 0) THEN ''infinity''::timestamp with time zone '
        || 'ELSE ''-infinity''::timestamp with time zone END); END',
        'does not count the syncs of exactly those days'
    )
),

actual (name, definition) AS (
    SELECT
        f.name,
        (
            SELECT
                btrim(
                    regexp_replace(
                        replace(
                            pg_get_functiondef(p.oid), 'FUNCTION ' || quote_ident(current_schema()) || '.', 'FUNCTION '
                        ),
                        '\s+',
                        ' ',
                        'g'
                    )
                )
            FROM pg_proc AS p
            WHERE p.oid = to_regprocedure(quote_ident(current_schema()) || '.' || f.name)
        )
    FROM (SELECT DISTINCT e.name FROM expected AS e) AS f
)

SELECT
    a.name AS subject,
    'function is missing: every client must put the question together for itself' AS problem
FROM actual AS a
WHERE a.definition IS NULL
UNION ALL
SELECT
    a.name AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
INNER JOIN actual AS a ON e.name = a.name
WHERE strpos(a.definition, e.clause) = 0
UNION ALL
SELECT
    a.name AS subject,
    'is not the function that this step made; it is now ' || a.definition AS problem
FROM actual AS a
WHERE
    a.definition <> (
        SELECT string_agg(e.clause, ' ' ORDER BY e.place)
        FROM expected AS e
        WHERE e.name = a.name
    );

WITH made AS (
    SELECT
        f.name,
        p.proowner,
        coalesce(p.proacl, acldefault('f', p.proowner)) AS acl
    FROM (VALUES ('get_latest_sync(text)'), ('get_sync_stats(integer)')) AS f (name)
    INNER JOIN pg_proc AS p ON p.oid = to_regprocedure(quote_ident(current_schema()) || '.' || f.name)
),

held (name, role_name, is_grantable) AS (
    SELECT
        m.name,
        CASE x.grantee WHEN m.proowner THEN 'its owner' WHEN 0 THEN 'public' ELSE pg_get_userbyid(x.grantee) END,
        x.is_grantable
    FROM made AS m
    CROSS JOIN LATERAL aclexplode(m.acl) AS x
)

SELECT
    m.name AS subject,
    e.role_name || ' cannot execute it' AS problem
FROM made AS m
CROSS JOIN (VALUES ('its owner'), ('service_role'), ('authenticated')) AS e (role_name)
LEFT JOIN held AS h ON m.name = h.name AND e.role_name = h.role_name
WHERE h.name IS NULL AND e.role_name <> pg_get_userbyid(m.proowner)
UNION ALL
SELECT
    h.name AS subject,
    h.role_name || ' may execute it' || CASE WHEN h.is_grantable THEN ' and pass that on' ELSE '' END
    || ', which is more than its part' AS problem
FROM held AS h
WHERE
    h.role_name IN ('public', 'anon')
    OR (h.role_name IN ('service_role', 'authenticated') AND h.is_grantable);
