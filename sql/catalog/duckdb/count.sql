-- Count: how many objects of each kind there are, of those that the catalog lists and that are no part of another.

WITH object (rank, kind, table_name) AS (
    SELECT
        1,
        'schema',
        NULL
    FROM duckdb_schemas()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT
        2,
        'type',
        NULL
    FROM duckdb_types()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT
        3,
        'sequence',
        NULL
    FROM duckdb_sequences()
    WHERE database_name = current_database()
    UNION ALL
    SELECT
        4,
        'macro',
        NULL
    FROM duckdb_functions()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT
        5,
        'table',
        t.table_name
    FROM duckdb_tables() AS t
    WHERE database_name = current_database() AND NOT internal AND NOT temporary
    UNION ALL
    SELECT
        6,
        'index',
        i.table_name
    FROM duckdb_indexes() AS i
    WHERE database_name = current_database()
    UNION ALL
    SELECT
        7,
        'view',
        NULL
    FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal AND NOT temporary
    UNION ALL
    SELECT
        8,
        'trigger',
        t.table_name
    FROM duckdb_triggers() AS t
    WHERE database_name = current_database() AND NOT temporary
)

SELECT
    kind,
    count(*) AS how_many
FROM object
WHERE
    coalesce(table_name, '') NOT LIKE '\_yoyo\_%' ESCAPE '\'
    AND coalesce(table_name, '') NOT LIKE '\_rung\_%' ESCAPE '\'
    AND coalesce(table_name, '') <> 'yoyo_lock'
GROUP BY
    rank,
    kind
ORDER BY rank;
