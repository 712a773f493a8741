-- Schema metadata verified: the table is exactly what this step made.
-- seed: 000 2.2 Initialize New Database; 2.3 Verify Initialization

-- Here and in every verify file of the family: definitions are compared as DuckDB 2.0 writes them down in its catalog,
-- piece by piece, and then as a whole, so that nothing may be added either.

SELECT
    'schema_metadata' AS subject,
    'table is missing: the application cannot tell which schema it opens' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM duckdb_tables() AS t
    WHERE
        t.database_name = current_database()
        AND t.schema_name = 'main'
        AND t.table_name = 'schema_metadata'
);

WITH made AS (
    SELECT t.sql
    FROM duckdb_tables() AS t
    WHERE
        t.database_name = current_database()
        AND t.schema_name = 'main'
        AND t.table_name = 'schema_metadata'
),

expected (piece, problem) AS (
    VALUES
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
    e.problem || '; expected ' || e.piece AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE NOT contains(m.sql, e.piece)
UNION ALL
SELECT
    'schema_metadata' AS subject,
    'is not the table that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE
    m.sql <> 'CREATE TABLE schema_metadata(' || (SELECT string_agg(e.piece, ', ') FROM expected AS e)
    || ');';
