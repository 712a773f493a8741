-- Claude CLI verified: the columns and the index are exactly what this step made.
-- seed: 004 Migration Scripts and Versioning Strategy, Sample Migration Files, 002_add_claude_cli_integration.sql

WITH expected (subject, definition) AS (
    VALUES
    ('messages.claude_cli_context', 'jsonb DEFAULT ''{}''::jsonb'),
    ('agents.claude_cli_config', 'jsonb DEFAULT ''{}''::jsonb')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname || '.' || a.attname,
        concat_ws(
            ' ',
            format_type(a.atttypid, a.atttypmod),
            'COLLATE ' || (
                SELECT a.attcollation::regcollation::text
                FROM pg_type AS t
                WHERE t.oid = a.atttypid AND t.typcollation <> a.attcollation
            ),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT' ELSE 'GENERATED ' || a.attgenerated::text END
            || ' ' || (
                SELECT pg_get_expr(d.adbin, d.adrelid, TRUE)
                FROM pg_attrdef AS d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
            ),
            'IDENTITY ' || nullif(a.attidentity::text, '')
        )
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        -- As an array, so that an index finds them.
        AND c.relname = any(array(SELECT split_part(e.subject, '.', 1) FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE
    a.definition IS DISTINCT FROM e.definition
    AND to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) IS NOT NULL;

-- A partition that is stricter than its parent refuses rows that the parent takes.
WITH partitions (id, name, parent_id, parent_name) AS (
    SELECT
        c.oid AS id,
        c.relname AS name,
        p.oid AS parent_id,
        p.relname AS parent_name
    FROM pg_class AS p
    INNER JOIN pg_inherits AS i ON p.oid = i.inhparent
    INNER JOIN pg_class AS c ON i.inhrelid = c.oid
    WHERE
        p.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND p.relname = 'messages'
        AND c.relkind = 'r'
),

columns (table_id, name, is_not_null, default_value) AS (
    SELECT
        a.attrelid,
        a.attname,
        a.attnotnull,
        (
            SELECT pg_get_expr(d.adbin, d.adrelid)
            FROM pg_attrdef AS d
            WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
        )
    FROM pg_attribute AS a
    WHERE
        a.attrelid = any(array(SELECT unnest(ARRAY[p.id, p.parent_id]) FROM partitions AS p))
        AND a.attnum > 0
        AND NOT a.attisdropped
        AND a.attname = 'claude_cli_context'
)

SELECT
    p.name || '.' || own.name AS subject,
    'is not as in ' || p.parent_name || ': NOT NULL or the default differs' AS problem
FROM partitions AS p
INNER JOIN columns AS own ON p.id = own.table_id
INNER JOIN columns AS its ON p.parent_id = its.table_id AND own.name = its.name
WHERE (own.is_not_null, own.default_value) IS DISTINCT FROM (its.is_not_null, its.default_value);

WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'idx_agents_claude_config',
        'CREATE INDEX idx_agents_claude_config ON agents USING gin (claude_cli_config jsonb_path_ops)',
        'finding agents by how they call Claude reads every agent'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        e.subject,
        pg_get_indexdef(i.indexrelid, 0, TRUE) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    FROM expected AS e
    INNER JOIN pg_index AS i ON to_regclass(quote_ident(current_schema()) || '.' || e.subject) = i.indexrelid
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

-- Whichever way it has them: from the column or from the table.
WITH expected (privilege, has) AS (
    VALUES
    ('SELECT', TRUE),
    ('INSERT', TRUE),
    ('UPDATE', FALSE),
    ('REFERENCES', FALSE)
)

SELECT
    'messages.claude_cli_context for agent_user' AS subject,
    CASE WHEN e.has THEN 'agents lack ' ELSE 'agents have ' END || e.privilege AS problem
FROM expected AS e
CROSS JOIN pg_attribute AS a
WHERE
    a.attrelid = to_regclass(quote_ident(current_schema()) || '.messages')
    AND a.attname = 'claude_cli_context'
    AND has_column_privilege(to_regrole('agent_user'), a.attrelid, a.attnum, e.privilege) <> e.has;
