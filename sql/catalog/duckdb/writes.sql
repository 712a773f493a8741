-- What a SELECT does besides reading, as DuckDB's own parser sees it: nothing, or one row that names it.

WITH node AS (
    SELECT
        part.value ->> 'type' AS node_type,
        part.value ->> 'function_name' AS function_name
    FROM json_tree(json_serialize_sql($statement)) AS part
    WHERE json_type(part.value) = 'OBJECT'
)

SELECT min(coalesce(nullif(function_name, '') || '()', 'a statement that writes')) AS what
FROM node
WHERE
    lower(function_name) IN ('nextval', 'checkpoint', 'force_checkpoint')
    OR (
        node_type LIKE '%\_NODE' ESCAPE '\'
        AND node_type NOT IN ('SELECT_NODE', 'SET_OPERATION_NODE', 'RECURSIVE_CTE_NODE', 'CTE_NODE')
    );
