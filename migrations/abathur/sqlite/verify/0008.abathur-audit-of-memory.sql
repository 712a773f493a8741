-- Audit of memory verified: the trail is what it was, and tells what was done to which memory.
-- seed: 003 2. Database Initialization, Table Creation Sequence

SELECT
    'audit' AS subject,
    'table is missing: nothing tells who did what' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit'
);

WITH expected (name, type, required, default_value, key_position) AS (
    VALUES
    ('id', 'INTEGER', 0, NULL, 1),
    ('timestamp', 'TIMESTAMP', 1, NULL, 0),
    ('agent_id', 'TEXT', 0, NULL, 0),
    ('task_id', 'TEXT', 1, NULL, 0),
    ('action_type', 'TEXT', 1, NULL, 0),
    ('action_data', 'TEXT', 0, NULL, 0),
    ('result', 'TEXT', 0, NULL, 0)
)

SELECT
    'audit.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is no longer what it was')
    || '; expected ' || e.type || iif(e.required, ' NOT NULL', '') || coalesce(' DEFAULT ' || e.default_value, '')
    || iif(e.key_position, ', number ' || e.key_position || ' of the primary key', '') AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'audit'
LEFT JOIN pragma_table_info('audit') AS c ON e.name = c.name
WHERE
    upper(c.type) IS NOT e.type
    OR c.dflt_value IS NOT e.default_value
    OR c.pk IS NOT e.key_position
    OR c."notnull" IS NOT e.required;

WITH expected (rule, problem) AS (
    VALUES
    ('primarykeyautoincrement', 'can hand out the id of a deleted entry again')
),

spelled (sql) AS (
    SELECT replace(replace(replace(replace(lower(s.sql), ' ', ''), char(9), ''), char(10), ''), char(13), '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit'
)

SELECT
    'audit' AS subject,
    e.problem || '; expected ' || e.rule AS problem
FROM expected AS e
CROSS JOIN spelled AS s
WHERE instr(s.sql, e.rule) = 0;

WITH expected (name, parent, on_delete, problem) AS (
    VALUES
    ('agent_id', 'agents', 'NO ACTION', 'accepts an agent that does not exist, or lets it be deleted'),
    ('task_id', 'tasks', 'NO ACTION', 'accepts a task that does not exist, or lets it be deleted'),
    (
        'memory_entry_id',
        'memory_entries',
        'SET NULL',
        'accepts a memory that does not exist, or keeps it from being purged'
    )
)

SELECT
    'audit.' || e.name AS subject,
    e.problem || '; expected a foreign key to ' || e.parent || ' (id) ON DELETE ' || e.on_delete AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'audit'
WHERE NOT EXISTS (
    SELECT 1 FROM pragma_foreign_key_list('audit') AS k
    WHERE
        k."from" = e.name AND lower(k."table") = e.parent AND coalesce(k."to", 'id') = 'id'
        AND replace(k.on_delete, 'RESTRICT', 'NO ACTION') = e.on_delete
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit'
),

expected (clause, problem) AS (
    VALUES
    (
        'memory_operation_type TEXT CONSTRAINT audit_memory_operation_type_check CHECK ( memory_operation_type IN '
        || '(''create'', ''update'', ''delete'', ''consolidate'', ''publish'') )',
        'accepts an operation that is not one of the five, or refuses one of them'
    )
)

SELECT
    'audit.memory_operation_type' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit'
),

expected (clause, problem) AS (
    VALUES
    (
        'memory_namespace TEXT CONSTRAINT audit_memory_namespace_check CHECK ( memory_namespace GLOB ''project:*'' OR '
        || 'memory_namespace GLOB ''app:*'' OR memory_namespace GLOB ''user:*'' OR memory_namespace GLOB '
        || '''session:*'' OR memory_namespace GLOB ''temp:*'' )',
        'accepts a namespace that begins with none of the five roots, or refuses one of them'
    )
)

SELECT
    'audit.memory_namespace' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'audit'
),

expected (clause, problem) AS (
    VALUES
    (
        'memory_entry_id INTEGER CONSTRAINT audit_memory_entry_id_fkey REFERENCES memory_entries (id) ON DELETE SET '
        || 'NULL',
        'accepts a memory that does not exist, or goes with it when it is purged'
    )
)

SELECT
    'audit.memory_entry_id' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;

WITH expected (name, definition, problem) AS (
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
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'audit'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'audit'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;
