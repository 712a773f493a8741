-- Rows synced: never fewer than none nor more than there are, and as many as the tables say that are through.
-- seed: 002 2. Table Schema Implemented, Progress Tracking; Results

SELECT
    s.sync_id AS subject,
    'synced ' || coalesce(s.synced_rows::text, 'an unknown number') || ' of '
    || coalesce(s.total_rows::text, 'an unknown number of') || ' rows' AS problem
FROM archon_sync_history AS s
WHERE s.synced_rows < 0 OR s.total_rows < 0 OR s.synced_rows > s.total_rows
UNION ALL
SELECT
    s.sync_id AS subject,
    'is completed with ' || s.synced_rows || ' rows, but its tables have ' || t.row_count AS problem
FROM archon_sync_history AS s
CROSS JOIN
    LATERAL (
        SELECT sum(x.row_count::numeric) AS row_count
        FROM jsonb_path_query(s.tables_synced, '$[*].row_count ? (@.type() == "number")') AS x (row_count)
    ) AS t
WHERE s.status = 'completed' AND s.synced_rows <> t.row_count;
