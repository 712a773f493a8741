-- Statements that drop what is temporary, in an order in which nothing is missed.

WITH thing (schema_name, thing_name, turn, kind) AS (
    SELECT
        schema_name,
        view_name,
        1,
        'VIEW'
    FROM duckdb_views()
    WHERE database_name = 'temp' AND NOT internal
    UNION ALL
    SELECT
        schema_name,
        table_name,
        2,
        'TABLE'
    FROM duckdb_tables()
    WHERE database_name = 'temp'
    UNION ALL
    SELECT
        schema_name,
        function_name,
        3,
        if(function_type = 'macro', 'MACRO', 'MACRO TABLE')
    FROM duckdb_functions()
    WHERE database_name = 'temp' AND NOT internal
    UNION ALL
    SELECT
        schema_name,
        sequence_name,
        4,
        'SEQUENCE'
    FROM duckdb_sequences()
    WHERE database_name = 'temp'
    UNION ALL
    SELECT
        schema_name,
        type_name,
        5,
        'TYPE'
    FROM duckdb_types()
    WHERE database_name = 'temp' AND NOT internal
)

SELECT DISTINCT
    turn,
    format(
        'DROP {} IF EXISTS temp."{}"."{}" CASCADE',
        kind,
        replace(schema_name, '"', '""'),
        replace(thing_name, '"', '""')
    ) AS wording
FROM thing
ORDER BY turn;
