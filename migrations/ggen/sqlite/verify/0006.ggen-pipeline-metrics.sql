-- Pipeline metrics verified: the record of the stages of an execution is exactly what this step made.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Pipeline Metrics; Integration Points, Data Flow

SELECT
    'pipeline_metrics' AS subject,
    'table is missing: no stage of the pipeline can be measured' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'pipeline_metrics'
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'pipeline_metrics'
),

expected (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT pipeline_metrics_pkey PRIMARY KEY AUTOINCREMENT'),
    ('execution_id', 'TEXT NOT NULL'),
    ('stage', 'TEXT NOT NULL'),
    ('duration_ms', 'INTEGER NOT NULL'),
    ('input_size_bytes', 'INTEGER'),
    ('output_size_bytes', 'INTEGER'),
    ('status', 'TEXT NOT NULL'),
    ('error_message', 'TEXT'),
    ('timestamp', 'TEXT NOT NULL'),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP')
)

SELECT
    'pipeline_metrics.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('pipeline_metrics') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'pipeline_metrics'
),

expected (name, rule, problem) AS (
    VALUES
    (
        'pipeline_metrics_pkey',
        'PRIMARY KEY AUTOINCREMENT',
        'can hand out the id of a deleted metric again'
    ),
    (
        'pipeline_metrics_execution_id_fkey',
        'FOREIGN KEY (execution_id) REFERENCES receipts (execution_id) DEFERRABLE INITIALLY DEFERRED',
        'accepts an execution that has no receipt, or refuses a metric that is written before its receipt'
    ),
    (
        'pipeline_metrics_stage_check',
        'CHECK (stage IN ( ''μ₁_normalize'', ''μ₂_extract'', ''μ₃_emit'', ''μ₄_canonicalize'', ''μ₅_receipt'' ))',
        'accepts a stage that is not one of the five of the pipeline, or refuses one of them'
    ),
    (
        'pipeline_metrics_duration_ms_check',
        'CHECK (typeof(duration_ms) = ''integer'' AND duration_ms >= 0)',
        'accepts a negative or non-integer duration_ms, or refuses a proper one'
    ),
    (
        'pipeline_metrics_input_size_bytes_check',
        'CHECK ( typeof(input_size_bytes) IN (''integer'', ''null'') AND input_size_bytes >= 0 )',
        'accepts a negative or non-integer input_size_bytes, or refuses a proper one'
    ),
    (
        'pipeline_metrics_output_size_bytes_check',
        'CHECK ( typeof(output_size_bytes) IN (''integer'', ''null'') AND output_size_bytes >= 0 )',
        'accepts a negative or non-integer output_size_bytes, or refuses a proper one'
    ),
    (
        'pipeline_metrics_status_check',
        'CHECK (status IN (''passed'', ''failed''))',
        'accepts a status that is not one of passed and failed, or refuses one of them'
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
        'idx_pipeline_metrics_execution_id',
        'CREATE INDEX idx_pipeline_metrics_execution_id ON pipeline_metrics (execution_id)',
        'finding the metrics of an execution, as deleting a receipt does, reads every metric'
    ),
    (
        'idx_pipeline_metrics_stage',
        'CREATE INDEX idx_pipeline_metrics_stage ON pipeline_metrics (stage, duration_ms DESC)',
        'finding the slowest runs of a stage, or their average, reads every metric'
    ),
    (
        'idx_pipeline_metrics_timestamp',
        'CREATE INDEX idx_pipeline_metrics_timestamp ON pipeline_metrics (timestamp DESC)',
        'exporting the metrics of a period reads every metric'
    ),
    (
        'pipeline_metrics_failed_idx',
        'CREATE INDEX pipeline_metrics_failed_idx ON pipeline_metrics (stage) WHERE status = ''failed''',
        'counting the failures of each stage, as pipeline_stage_performance does, reads every metric'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'pipeline_metrics'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'pipeline_metrics'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;
