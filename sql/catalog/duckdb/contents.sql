-- Contents: for every table the statement that counts its rows and values and digests them in any order; the last one,
-- with no table's name, is of the sequences' positions.

WITH
given AS (
    SELECT $restricted::JSON::MAP (VARCHAR, VARCHAR[]) AS wish
),

-- The columns that are asked for: all, unless $restricted column_names some of the table.
wanted AS (
    SELECT
        t.table_oid,
        t.schema_name,
        t.table_name,
        c.column_name,
        c.column_index,
        if(t.schema_name = 'main', t.table_name, t.schema_name || '.' || t.table_name) AS shown,
        '"' || replace(c.column_name, '"', '""') || '"' AS quoted,
        '"' || replace(t.schema_name, '"', '""') || '"."' || replace(t.table_name, '"', '""') || '"' AS quoted_table
    FROM duckdb_tables() AS t
    INNER JOIN duckdb_columns() AS c ON t.table_oid = c.table_oid AND t.database_name = c.database_name
    CROSS JOIN given AS g
    WHERE
        t.database_name = current_database()
        AND NOT t.internal
        AND NOT t.temporary
        AND t.table_name NOT LIKE '\_yoyo\_%' ESCAPE '\'
        AND t.table_name NOT LIKE '\_rung\_%' ESCAPE '\'
        AND t.table_name <> 'yoyo_lock'
        AND coalesce(list_contains(g.wish[shown], c.column_name), TRUE)
),

part AS (
    SELECT
        table_oid,
        shown,
        quoted_table,
        list(column_name ORDER BY column_index) AS column_names,
        -- As text: the hash of a value of an ENUM is of its number.
        string_agg(quoted || '::VARCHAR', ', ' ORDER BY column_index) AS arguments,
        string_agg('count(' || quoted || ')', ', ' ORDER BY column_index) AS counts,
        string_agg('left(' || quoted || '::VARCHAR, 200)', ', ' ORDER BY column_index) AS samples
    FROM wanted
    GROUP BY table_oid, shown, quoted_table
)

SELECT
    p.shown AS table_name,
    to_json(p.column_names)::VARCHAR AS column_names,
    coalesce((
        SELECT to_json(any_value(k.constraint_column_names))::VARCHAR
        FROM duckdb_constraints() AS k
        WHERE k.database_name = current_database() AND k.table_oid = p.table_oid AND k.constraint_type = 'PRIMARY KEY'
    ), '[]') AS key_names,
    'SELECT ''' || replace(p.shown, '''', '''''') || ''', count(*), coalesce(sum(hash(' || p.arguments
    || ')::HUGEINT), 0)::VARCHAR, to_json([' || p.counts
    || '])::VARCHAR, (SELECT to_json(list(v))::VARCHAR FROM (SELECT [' || p.samples || '] AS v FROM ' || p.quoted_table
    || ' LIMIT 1001)) FROM ' || p.quoted_table AS wording,
    -- DuckDB reads faster than anybody could ask whether that is needed.
    NULL AS stamp
FROM part AS p
UNION ALL
SELECT
    NULL AS table_name,
    NULL AS column_names,
    NULL AS key_names,
    'SELECT if(schema_name = ''main'', sequence_name, schema_name || ''.'' || sequence_name), '
    || 'coalesce(last_value, start_value - increment_by) '
    || 'FROM duckdb_sequences() WHERE database_name = current_database() AND NOT temporary' AS wording,
    NULL AS stamp;
