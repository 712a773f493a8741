-- Agent memory verified: the memory of the agents, and the trigger that dates it, are exactly what this step made.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Agent Memory

SELECT
    'agent_memory' AS subject,
    'table is missing: no agent can keep its memory from one execution to the next' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'agent_memory'
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'agent_memory'
),

expected (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT agent_memory_pkey PRIMARY KEY AUTOINCREMENT'),
    ('agent_id', 'TEXT NOT NULL'),
    ('memory_json', 'TEXT NOT NULL'),
    ('collision_history', 'TEXT'),
    ('retry_count', 'INTEGER DEFAULT 0'),
    ('last_error', 'TEXT'),
    ('updated_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP'),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP')
)

SELECT
    'agent_memory.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('agent_memory') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'agent_memory'
),

expected (name, rule, problem) AS (
    VALUES
    (
        'agent_memory_pkey',
        'PRIMARY KEY AUTOINCREMENT',
        'can hand out the id of a deleted memory again'
    ),
    (
        'agent_memory_memory_json_check',
        'CHECK (json_valid(memory_json))',
        'accepts a memory_json that is not JSON, or refuses one that is'
    ),
    (
        'agent_memory_collision_history_check',
        'CHECK ( collision_history IS NULL OR json_valid(collision_history) )',
        'accepts a collision_history that is not JSON, or refuses one that is'
    ),
    (
        'agent_memory_retry_count_check',
        'CHECK ( typeof(retry_count) IN (''integer'', ''null'') AND retry_count >= 0 )',
        'accepts a negative or non-integer retry_count, or refuses a proper one'
    )
)

SELECT
    e.name AS subject,
    e.problem || '; expected ' || e.rule AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, ' CONSTRAINT ' || e.name || ' ' || e.rule) = 0;

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'idx_agent_memory_agent_id',
        'CREATE UNIQUE INDEX idx_agent_memory_agent_id ON agent_memory (agent_id)',
        'one agent can have two memories, and an upsert by agent_id fails'
    ),
    (
        'idx_agent_memory_updated_at',
        'CREATE INDEX idx_agent_memory_updated_at ON agent_memory (updated_at DESC)',
        'finding the memories that changed last reads every memory'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'agent_memory'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'agent_memory'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;

SELECT
    'agent_memory_updated_at' AS subject,
    'trigger is missing: updated_at stays at the time of the insert' AS problem
FROM sqlite_schema AS t
WHERE
    t.type = 'table' AND t.name = 'agent_memory'
    AND NOT EXISTS (
        SELECT 1 FROM sqlite_schema AS s
        WHERE s.type = 'trigger' AND s.tbl_name = 'agent_memory' AND s.name = 'agent_memory_updated_at'
    );

-- The ends of the clauses overlap, so that nothing can be slipped in between two of them.
WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'agent_memory' AND s.name = 'agent_memory_updated_at'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE TRIGGER agent_memory_updated_at '
        || 'AFTER UPDATE OF id, agent_id, memory_json, collision_history, retry_count, last_error, created_at '
        || 'ON agent_memory FOR EACH ROW WHEN',
        'does not fire after a change of every column but updated_at'
    ),
    (
        'WHEN new.updated_at IS old.updated_at BEGIN',
        'overrides a time that the application sets itself, or ignores changes that leave the time alone'
    ),
    (
        'BEGIN UPDATE agent_memory SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id; END',
        'does not set updated_at of the row that changed, and of no other, to the present'
    )
)

SELECT
    'agent_memory_updated_at' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0;
