-- Collisions verified: the record of conflicts between agents is exactly what this step made.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Collision Detection

SELECT
    'collision_detection' AS subject,
    'table is missing: no conflict between agents can be recorded' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'collision_detection'
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'collision_detection'
),

expected (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT collision_detection_pkey PRIMARY KEY AUTOINCREMENT'),
    ('session_id', 'TEXT NOT NULL'),
    ('agent_id_1', 'TEXT NOT NULL'),
    ('agent_id_2', 'TEXT NOT NULL'),
    ('collision_type', 'TEXT NOT NULL'),
    ('description', 'TEXT NOT NULL'),
    ('resolution', 'TEXT'),
    ('severity', 'TEXT NOT NULL'),
    ('timestamp', 'TEXT NOT NULL'),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP')
)

SELECT
    'collision_detection.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('collision_detection') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'collision_detection'
),

expected (name, rule, problem) AS (
    VALUES
    (
        'collision_detection_pkey',
        'PRIMARY KEY AUTOINCREMENT',
        'can hand out the id of a deleted collision again'
    ),
    (
        'collision_detection_session_id_fkey',
        'FOREIGN KEY (session_id) REFERENCES workflow_sessions (session_id) DEFERRABLE INITIALLY DEFERRED',
        'accepts a session that does not exist, or refuses a collision that is written before its session'
    ),
    (
        'collision_detection_agents_check',
        'CHECK (agent_id_1 <> agent_id_2)',
        'accepts a collision of an agent with itself, or refuses one of two agents'
    ),
    (
        'collision_detection_collision_type_check',
        'CHECK (collision_type IN ( '
        || '''file_conflict'', ''memory_conflict'', ''semantic_overlap'', ''structural_overlap'' ))',
        'accepts a collision_type that is not one of the four of the seed, or refuses one of them'
    ),
    (
        'collision_detection_severity_check',
        'CHECK (severity IN (''info'', ''warning'', ''critical''))',
        'accepts a severity that is not one of info, warning and critical, or refuses one of them'
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
        'idx_collision_detection_session_id',
        'CREATE INDEX idx_collision_detection_session_id ON collision_detection (session_id, timestamp DESC)',
        'finding the collisions of a session, as deleting a session does, reads every collision'
    ),
    (
        'idx_collision_detection_agents',
        'CREATE INDEX idx_collision_detection_agents ON collision_detection (agent_id_1, agent_id_2)',
        'finding the collisions of two agents reads every collision'
    ),
    (
        'idx_collision_detection_severity',
        'CREATE INDEX idx_collision_detection_severity ON collision_detection (severity, created_at DESC)',
        'finding the collisions of a severity, latest first, reads every collision'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'collision_detection'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'collision_detection'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;
