-- Catalog: every object of the database with its definition as DuckDB writes it; the ledger's own tables left out.

WITH object (rank, kind, schema_name, object_name, table_name, definition) AS (
    SELECT
        1,
        'schema',
        'main',
        schema_name,
        NULL,
        'CREATE SCHEMA ' || schema_name
    FROM duckdb_schemas()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT
        2,
        'type',
        schema_name,
        type_name,
        NULL,
        'CREATE TYPE ' || type_name || ' AS '
        || if(
            logical_type = 'ENUM',
            'ENUM (''' || array_to_string([replace(label, '''', '''''') FOR label IN labels], ''', ''') || ''')',
            logical_type
        )
    FROM duckdb_types()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT
        3,
        'sequence',
        schema_name,
        sequence_name,
        NULL,
        -- START is where it stands, not what it was made with: that is data.
        regexp_replace(sql, ' START \d+', '')
    FROM duckdb_sequences()
    WHERE database_name = current_database()
    UNION ALL
    SELECT
        4,
        'macro',
        schema_name,
        function_name,
        NULL,
        'CREATE MACRO ' || function_name || '(' || array_to_string(parameters, ', ') || ') AS '
        || if(function_type = 'table_macro', 'TABLE ' || macro_definition, macro_definition)
    FROM duckdb_functions()
    WHERE database_name = current_database() AND NOT internal
    UNION ALL
    SELECT
        5,
        'table',
        schema_name,
        table_name AS object_name,
        table_name,
        sql
    FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT internal AND NOT temporary
    UNION ALL
    SELECT
        6,
        'index',
        schema_name,
        index_name,
        table_name,
        sql
    FROM duckdb_indexes()
    WHERE database_name = current_database()
    UNION ALL
    SELECT
        7,
        'view',
        schema_name,
        view_name,
        NULL,
        sql
    FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal AND NOT temporary
    UNION ALL
    SELECT
        8,
        'trigger',
        schema_name,
        trigger_name,
        table_name,
        sql
    FROM duckdb_triggers()
    WHERE database_name = current_database() AND NOT temporary
    UNION ALL
    SELECT
        9,
        'comment',
        schema_name,
        table_name AS object_name,
        table_name,
        'COMMENT ON TABLE ' || table_name || ' IS ''' || replace(comment, '''', '''''') || ''''
    FROM duckdb_tables()
    WHERE database_name = current_database() AND comment IS NOT NULL
    UNION ALL
    SELECT
        9,
        'comment',
        schema_name,
        view_name,
        NULL,
        'COMMENT ON VIEW ' || view_name || ' IS ''' || replace(comment, '''', '''''') || ''''
    FROM duckdb_views()
    WHERE database_name = current_database() AND comment IS NOT NULL
    UNION ALL
    SELECT
        9,
        'comment',
        schema_name,
        sequence_name,
        NULL,
        'COMMENT ON SEQUENCE ' || sequence_name || ' IS ''' || replace(comment, '''', '''''') || ''''
    FROM duckdb_sequences()
    WHERE database_name = current_database() AND comment IS NOT NULL
    UNION ALL
    SELECT
        9,
        'comment',
        schema_name,
        type_name,
        NULL,
        'COMMENT ON TYPE ' || type_name || ' IS ''' || replace(comment, '''', '''''') || ''''
    FROM duckdb_types()
    WHERE database_name = current_database() AND comment IS NOT NULL AND NOT internal
    UNION ALL
    SELECT
        9,
        'comment',
        schema_name,
        function_name,
        NULL,
        'COMMENT ON MACRO ' || function_name || ' IS ''' || replace(comment, '''', '''''') || ''''
    FROM duckdb_functions()
    WHERE database_name = current_database() AND comment IS NOT NULL AND NOT internal
    UNION ALL
    SELECT
        9,
        'comment',
        schema_name,
        index_name,
        NULL,
        'COMMENT ON INDEX ' || index_name || ' IS ''' || replace(comment, '''', '''''') || ''''
    FROM duckdb_indexes()
    WHERE database_name = current_database() AND comment IS NOT NULL
    UNION ALL
    SELECT
        9,
        'comment',
        schema_name,
        table_name || '.' || column_name,
        table_name,
        'COMMENT ON COLUMN ' || table_name || '.' || column_name || ' IS ''' || replace(c.comment, '''', '''''') || ''''
    FROM duckdb_columns() AS c
    WHERE database_name = current_database() AND c.comment IS NOT NULL
)

SELECT
    kind,
    if(schema_name = 'main', object_name, schema_name || '.' || object_name) AS qualified_name,
    rtrim(definition, ';') AS definition
FROM object
WHERE
    coalesce(table_name, '') NOT LIKE '\_yoyo\_%' ESCAPE '\'
    AND coalesce(table_name, '') NOT LIKE '\_rung\_%' ESCAPE '\'
    AND coalesce(table_name, '') <> 'yoyo_lock'
ORDER BY
    rank,
    schema_name,
    object_name,
    definition;
