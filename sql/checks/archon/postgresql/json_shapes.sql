-- JSON shapes: tables_synced is an array of tables with their rows, the other documents are objects.
-- seed: 002 2. Table Schema Implemented, Results; Metadata

SELECT
    s.sync_id AS subject,
    d.name || ' is ' || coalesce('of type ' || jsonb_typeof(d.document), 'NULL') || ', not an ' || d.type AS problem
FROM archon_sync_history AS s
CROSS JOIN
    LATERAL (
        VALUES
        ('tables_synced', s.tables_synced, 'array'),
        ('verification_results', s.verification_results, 'object'),
        ('error_details', s.error_details, 'object'),
        ('metadata', s.metadata, 'object')
    ) AS d (name, document, type)
WHERE jsonb_typeof(d.document) IS DISTINCT FROM d.type
UNION ALL
SELECT
    s.sync_id AS subject,
    'tables_synced holds ' || x.entry::text || ', which does not name a table with its row_count' AS problem
FROM archon_sync_history AS s
CROSS JOIN LATERAL jsonb_path_query(s.tables_synced, 'strict $[*]', '{}', TRUE) AS x (entry)
WHERE
    jsonb_typeof(x.entry -> 'table_name') IS DISTINCT FROM 'string'
    OR jsonb_typeof(x.entry -> 'row_count') IS DISTINCT FROM 'number';
