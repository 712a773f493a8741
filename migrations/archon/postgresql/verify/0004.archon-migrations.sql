-- Archon's migrations verified: the register takes entries as Archon writes them, and none twice.
-- seed: 002 8. Database Verification; Technical Notes, Migration File Issues Fixed
-- differs: says nothing of further columns, indexes, grants and policies, nor of the defaults of a register that was
--   there: those of a real Archon are its own affair

SELECT
    'archon_migrations' AS subject,
    'table is missing: no migration of Archon can be registered' AS problem
WHERE to_regclass(quote_ident(current_schema()) || '.archon_migrations') IS NULL
UNION ALL
SELECT
    'archon_migrations' AS subject,
    'is not an ordinary table that survives a crash' AS problem
FROM pg_class AS c
WHERE
    c.oid = to_regclass(quote_ident(current_schema()) || '.archon_migrations')
    AND (c.relkind, c.relpersistence) <> ('r', 'p');

-- Archon enters itself with a version and a name only, so the rest must come by itself. In a register that was there,
-- how it comes is not judged: this migration enters itself with everything.
WITH expected (name, definition, default_value) AS (
    VALUES
    ('id', 'uuid NOT NULL', 'gen_random_uuid()'),
    ('version', 'character varying(20) NOT NULL', NULL),
    ('migration_name', 'character varying(255) NOT NULL', NULL),
    ('applied_at', 'timestamp with time zone', 'now()'),
    ('checksum', 'character varying(32)', NULL)
),

made (table_oid, is_ours) AS (
    SELECT
        c.oid,
        k.conname IS NOT NULL
    FROM pg_class AS c
    LEFT JOIN pg_constraint AS k ON c.oid = k.conrelid AND k.conname = 'archon_migrations_registered_once_key'
    WHERE c.oid = to_regclass(quote_ident(current_schema()) || '.archon_migrations')
),

actual (name, definition, default_value, is_ours) AS (
    SELECT
        a.attname,
        format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        || CASE WHEN a.attgenerated <> '' THEN ' GENERATED' ELSE '' END,
        pg_get_expr(d.adbin, d.adrelid),
        m.is_ours
    FROM made AS m
    INNER JOIN pg_attribute AS a ON m.table_oid = a.attrelid
    LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
)

SELECT
    'archon_migrations.' || e.name AS subject,
    coalesce('column is now ' || a.definition, 'column is missing') || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.name = a.name
WHERE EXISTS (SELECT 1 FROM made) AND a.definition IS DISTINCT FROM e.definition
UNION ALL
SELECT
    'archon_migrations.' || e.name AS subject,
    'default is now ' || coalesce(a.default_value, 'none')
    || '; expected ' || coalesce(e.default_value, 'none') AS problem
FROM expected AS e
INNER JOIN actual AS a ON e.name = a.name
WHERE a.is_ours AND a.default_value IS DISTINCT FROM e.default_value;

WITH expected (columns, is_primary, problem) AS (
    VALUES
    ('{id}'::name[], TRUE, 'no PRIMARY KEY (id): two entries can have one id'),
    (
        '{migration_name, version}'::name[],
        FALSE,
        'no UNIQUE (version, migration_name): a migration can be registered twice'
    )
),

actual (columns, is_primary) AS (
    SELECT
        (
            SELECT array_agg(a.attname ORDER BY a.attname)
            FROM unnest(i.indkey::int2[]) AS k (attnum)
            INNER JOIN pg_attribute AS a ON i.indrelid = a.attrelid AND k.attnum = a.attnum
        ),
        i.indisprimary
    FROM pg_index AS i
    WHERE
        i.indrelid = to_regclass(quote_ident(current_schema()) || '.archon_migrations')
        AND i.indisunique
        AND i.indisvalid
        AND i.indimmediate
        AND i.indpred IS NULL
        AND i.indexprs IS NULL
        AND i.indnkeyatts = i.indnatts
)

SELECT
    'archon_migrations' AS subject,
    e.problem
FROM expected AS e
LEFT JOIN actual AS a ON e.columns = a.columns AND e.is_primary = a.is_primary
WHERE to_regclass(quote_ident(current_schema()) || '.archon_migrations') IS NOT NULL AND a.columns IS NULL;
