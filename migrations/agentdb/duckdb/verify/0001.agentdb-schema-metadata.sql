-- Schema metadata verified: the table is exactly what this step made.
-- seed: 000 2.2 Initialize New Database; 2.3 Verify Initialization

-- Here and in every verify file of the family: definitions are compared as DuckDB 2.0 writes them down in its catalog,
-- piece by piece, and as a whole, so that nothing may be added either. The row without a piece stands for the whole:
-- whether it is there, and is nothing but its pieces. MATERIALIZED, so that DuckDB plans rows once that are read twice.

WITH expected (piece, problem) AS MATERIALIZED (
    VALUES
    (NULL, 'table is missing: the application cannot tell which schema it opens'),
    ('schema_name VARCHAR', 'column schema_name is missing, or is not what the application writes and reads'),
    (
        'schema_version VARCHAR NOT NULL',
        'column schema_version is missing, or is not what the application writes and reads'
    ),
    (
        'applied_at TIMESTAMP WITH TIME ZONE DEFAULT(CURRENT_TIMESTAMP) NOT NULL',
        'column applied_at is missing, or its value is not an instant that is set by itself'
    ),
    ('applied_by VARCHAR NOT NULL', 'column applied_by is missing, or is not what the application writes and reads'),
    ('description VARCHAR', 'column description is missing, or is not what the application writes and reads'),
    ('PRIMARY KEY(schema_name)', 'a schema can have two versions at once'),
    ('CHECK(isfinite(applied_at))', 'accepts an infinite applied_at, which is no instant, or refuses one that is')
)

SELECT
    'schema_metadata' AS subject,
    CASE
        WHEN e.piece IS NOT NULL THEN e.problem || '; expected ' || e.piece
        WHEN o.sql IS NULL THEN e.problem
        ELSE 'is not the table that this step made; it is now ' || o.sql
    END AS problem
FROM expected AS e
LEFT JOIN duckdb_tables() AS o
    ON
        o.table_name = 'schema_metadata'
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE
    CASE
        WHEN e.piece IS NOT NULL THEN NOT contains(o.sql, e.piece)
        ELSE
            o.sql IS DISTINCT FROM (
                SELECT 'CREATE TABLE schema_metadata(' || string_agg(p.piece, ', ') || ');' FROM expected AS p
            )
    END;
