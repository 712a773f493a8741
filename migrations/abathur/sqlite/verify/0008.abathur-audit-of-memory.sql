-- Audit of memory verified: the trail is what it was, and tells what was done to which memory.
-- seed: 003 2. Database Initialization, Table Creation Sequence

WITH made (sql) AS MATERIALIZED (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit'
),

columns (name, type, required, default_value, key_position) AS (
    VALUES
    ('id', 'INTEGER', 0, NULL, 1),
    ('timestamp', 'TIMESTAMP', 1, NULL, 0),
    ('agent_id', 'TEXT', 0, NULL, 0),
    ('task_id', 'TEXT', 1, NULL, 0),
    ('action_type', 'TEXT', 1, NULL, 0),
    ('action_data', 'TEXT', 0, NULL, 0),
    ('result', 'TEXT', 0, NULL, 0)
),

parents (name, parent, on_delete, problem) AS (
    VALUES
    ('agent_id', 'agents', 'NO ACTION', 'accepts an agent that does not exist, or lets it be deleted'),
    ('task_id', 'tasks', 'NO ACTION', 'accepts a task that does not exist, or lets it be deleted'),
    (
        'memory_entry_id',
        'memory_entries',
        'SET NULL',
        'accepts a memory that does not exist, or keeps it from being purged'
    )
),

rules (name, clause, problem) AS (
    VALUES
    (
        'memory_operation_type',
        'memory_operation_type TEXT CONSTRAINT audit_memory_operation_type_check CHECK ( memory_operation_type IN '
        || '(''create'', ''update'', ''delete'', ''consolidate'', ''publish'') )',
        'accepts an operation that is not one of the five, or refuses one of them'
    ),
    (
        'memory_namespace',
        'memory_namespace TEXT CONSTRAINT audit_memory_namespace_check CHECK ( memory_namespace GLOB ''project:*'' OR '
        || 'memory_namespace GLOB ''app:*'' OR memory_namespace GLOB ''user:*'' OR memory_namespace GLOB '
        || '''session:*'' OR memory_namespace GLOB ''temp:*'' )',
        'accepts a namespace that begins with none of the five roots, or refuses one of them'
    ),
    (
        'memory_entry_id',
        'memory_entry_id INTEGER CONSTRAINT audit_memory_entry_id_fkey REFERENCES memory_entries (id) ON DELETE SET '
        || 'NULL',
        'accepts a memory that does not exist, or goes with it when it is purged'
    )
)

SELECT
    'audit' AS subject,
    'table is missing: nothing tells who did what' AS problem
WHERE NOT EXISTS (SELECT 1 FROM made)
UNION ALL
SELECT
    'audit.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is no longer what it was')
    || '; expected ' || e.type || iif(e.required, ' NOT NULL', '') || coalesce(' DEFAULT ' || e.default_value, '')
    || iif(e.key_position, ', number ' || e.key_position || ' of the primary key', '') AS problem
FROM columns AS e
CROSS JOIN made
LEFT JOIN pragma_table_info('audit') AS c ON e.name = c.name
WHERE
    upper(c.type) IS NOT e.type
    OR c.dflt_value IS NOT e.default_value
    OR c.pk IS NOT e.key_position
    OR c."notnull" IS NOT e.required
UNION ALL
SELECT
    'audit' AS subject,
    'can hand out the id of a deleted entry again; expected primarykeyautoincrement' AS problem
FROM sqlite_schema AS s
WHERE
    s.type = 'table' AND s.name = 'audit'
    AND instr(
        replace(replace(replace(replace(lower(s.sql), ' ', ''), char(9), ''), char(10), ''), char(13), ''),
        'primarykeyautoincrement'
    ) = 0
UNION ALL
SELECT
    'audit.' || p.name AS subject,
    p.problem || '; expected a foreign key to ' || p.parent || ' (id) ON DELETE ' || p.on_delete AS problem
FROM parents AS p
CROSS JOIN made
WHERE
    NOT EXISTS (
        SELECT 1 FROM pragma_foreign_key_list('audit') AS k
        WHERE
            k."from" = p.name AND lower(k."table") = p.parent AND coalesce(k."to", 'id') = 'id'
            AND replace(k.on_delete, 'RESTRICT', 'NO ACTION') = p.on_delete
    )
UNION ALL
SELECT
    'audit.' || r.name AS subject,
    r.problem || '; expected ' || r.clause AS problem
FROM rules AS r
CROSS JOIN made AS m
WHERE instr(m.sql, r.clause) = 0;

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'audit'
),

expected (name, definition, problem) AS (
    VALUES
    (
        'idx_audit_memory_operations',
        'CREATE INDEX idx_audit_memory_operations ON audit (memory_operation_type, timestamp DESC) WHERE '
        || 'memory_operation_type IS NOT NULL',
        'finding what was done of one kind reads the whole trail'
    ),
    (
        'idx_audit_memory_namespace',
        'CREATE INDEX idx_audit_memory_namespace ON audit (memory_namespace, timestamp DESC) WHERE memory_namespace '
        || 'IS NOT NULL',
        'finding what was done in a namespace reads the whole trail'
    ),
    (
        'idx_audit_memory_entry',
        'CREATE INDEX idx_audit_memory_entry ON audit (memory_entry_id, timestamp DESC) WHERE memory_entry_id IS NOT '
        || 'NULL',
        'finding what was done to an entry, as purging one does, reads the whole trail'
    )
)

SELECT
    e.name AS subject,
    coalesce('is now ' || m.sql, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN made AS m ON e.name = m.name
WHERE
    m.sql IS NOT e.definition
    AND EXISTS (
        SELECT 1 FROM sqlite_schema AS t
        WHERE t.type = 'table' AND t.name = 'audit'
    );
