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
            CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation::text END,
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT' ELSE 'GENERATED ' || a.attgenerated::text END
            || ' ' || pg_get_expr(d.adbin, d.adrelid, TRUE),
            'IDENTITY ' || nullif(a.attidentity::text, '')
        )
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
    INNER JOIN pg_type AS t ON a.atttypid = t.oid
    LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname IN (SELECT split_part(e.subject, '.', 1) FROM expected AS e)
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || '; expected ' || e.definition AS problem
FROM expected AS e
INNER JOIN pg_class AS c
    ON split_part(e.subject, '.', 1) = c.relname AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

-- A partition that is stricter than its parent refuses rows that the parent takes.
SELECT
    c.relname || '.' || d.attname AS subject,
    'is not as in ' || p.relname || ': NOT NULL or the default differs' AS problem
FROM pg_inherits AS i
INNER JOIN pg_class AS c ON i.inhrelid = c.oid
INNER JOIN pg_class AS p ON i.inhparent = p.oid
INNER JOIN pg_attribute AS a ON p.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
INNER JOIN pg_attribute AS d ON c.oid = d.attrelid AND a.attname = d.attname
WHERE
    p.relname IN ('messages')
    AND p.relnamespace = to_regnamespace(quote_ident(current_schema()))
    AND c.relkind = 'r'
    AND a.attname = 'claude_cli_context'
    AND (
        a.attnotnull <> d.attnotnull
        OR (
            SELECT pg_get_expr(x.adbin, x.adrelid) FROM pg_attrdef AS x
            WHERE x.adrelid = a.attrelid AND x.adnum = a.attnum
        )
        IS DISTINCT FROM (
            SELECT pg_get_expr(x.adbin, x.adrelid) FROM pg_attrdef AS x
            WHERE x.adrelid = d.attrelid AND x.adnum = d.attnum
        )
    );

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
        c.relname::text,
        pg_get_indexdef(i.indexrelid, 0, TRUE) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    FROM pg_index AS i
    INNER JOIN pg_class AS c ON i.indexrelid = c.oid
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname::text IN (SELECT e.subject FROM expected AS e)
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
CROSS JOIN pg_roles AS r
CROSS JOIN pg_class AS c
INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
WHERE
    r.rolname = 'agent_user'
    AND c.relnamespace = to_regnamespace(quote_ident(current_schema()))
    AND c.relname = 'messages'
    AND a.attname = 'claude_cli_context'
    AND has_column_privilege(r.oid, c.oid, a.attnum, e.privilege) <> e.has;
