-- SLO violations verified: the record of missed objectives is exactly what this step made.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, SLO Violations

SELECT
    'slo_violations' AS subject,
    'table is missing: no missed objective can be recorded' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'slo_violations'
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'slo_violations'
),

expected (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT slo_violations_pkey PRIMARY KEY AUTOINCREMENT'),
    ('execution_id', 'TEXT NOT NULL'),
    ('metric', 'TEXT NOT NULL'),
    ('target_value', 'REAL NOT NULL'),
    ('actual_value', 'REAL NOT NULL'),
    ('severity', 'TEXT NOT NULL'),
    ('description', 'TEXT'),
    ('timestamp', 'TEXT NOT NULL'),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP')
)

SELECT
    'slo_violations.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('slo_violations') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'slo_violations'
),

expected (name, rule, problem) AS (
    VALUES
    (
        'slo_violations_pkey',
        'PRIMARY KEY AUTOINCREMENT',
        'can hand out the id of a deleted violation again'
    ),
    (
        'slo_violations_execution_id_fkey',
        'FOREIGN KEY (execution_id) REFERENCES receipts (execution_id) DEFERRABLE INITIALLY DEFERRED',
        'accepts an execution that has no receipt, or refuses a violation that is written before its receipt'
    ),
    (
        'slo_violations_target_value_check',
        'CHECK (typeof(target_value) = ''real'' AND abs(target_value) < 9e999)',
        'accepts a target_value that is not a finite number, or refuses one that is'
    ),
    (
        'slo_violations_actual_value_check',
        'CHECK (typeof(actual_value) = ''real'' AND abs(actual_value) < 9e999)',
        'accepts an actual_value that is not a finite number, or refuses one that is'
    ),
    (
        'slo_violations_severity_check',
        'CHECK (severity IN (''warning'', ''critical''))',
        'accepts a severity that is not one of warning and critical, or refuses one of them'
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
        'idx_slo_violations_execution_id',
        'CREATE INDEX idx_slo_violations_execution_id ON slo_violations (execution_id)',
        'counting the violations of an execution, as recent_executions does, reads every violation'
    ),
    (
        'idx_slo_violations_metric',
        'CREATE INDEX idx_slo_violations_metric ON slo_violations (metric, created_at DESC)',
        'finding the violations of a metric, latest first, reads every violation'
    ),
    (
        'idx_slo_violations_severity',
        'CREATE INDEX idx_slo_violations_severity ON slo_violations (severity, created_at DESC)',
        'finding the violations of a severity, latest first, reads every violation'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'slo_violations'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'slo_violations'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;
