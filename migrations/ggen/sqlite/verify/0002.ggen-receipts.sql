-- Receipts verified: the record of every execution is exactly what this step made.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Receipt; Relationships Diagram

SELECT
    'receipts' AS subject,
    'table is missing: no execution can be recorded, and no metric or violation can refer to one' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'receipts'
);

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'receipts'
),

expected (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT receipts_pkey PRIMARY KEY AUTOINCREMENT'),
    ('execution_id', 'TEXT NOT NULL'),
    ('agent_id', 'TEXT NOT NULL'),
    ('operation', 'TEXT NOT NULL'),
    ('status', 'TEXT NOT NULL'),
    ('timestamp', 'TEXT NOT NULL'),
    ('manifest_hash', 'TEXT'),
    ('ontology_hash', 'TEXT'),
    ('files_generated', 'INTEGER DEFAULT 0'),
    ('files_modified', 'INTEGER DEFAULT 0'),
    ('duration_ms', 'INTEGER NOT NULL'),
    ('receipt_json', 'TEXT'),
    ('error_message', 'TEXT'),
    ('environment', 'TEXT'),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP'),
    ('session_id', 'TEXT')
)

SELECT
    'receipts.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('receipts') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0;

WITH made (sql) AS (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'receipts'
),

expected (name, rule, problem) AS (
    VALUES
    (
        'receipts_pkey',
        'PRIMARY KEY AUTOINCREMENT',
        'can hand out the id of a deleted receipt again'
    ),
    (
        'receipts_session_id_fkey',
        'FOREIGN KEY (session_id) REFERENCES workflow_sessions (session_id) DEFERRABLE INITIALLY DEFERRED',
        'accepts a session that does not exist, or refuses a receipt that is written before its session'
    ),
    (
        'receipts_operation_check',
        'CHECK (operation IN ( ''validation'', ''generation'', ''normalization'', ''extraction'', ''emission'', '
        || '''canonicalization'', ''receipt'', ''dry_run'', ''watch'' ))',
        'accepts an operation that is not one of the nine of the pipeline, or refuses one of them'
    ),
    (
        'receipts_status_check',
        'CHECK (status IN (''passed'', ''failed'', ''partial'', ''cancelled''))',
        'accepts a status that is not one of passed, failed, partial and cancelled, or refuses one of them'
    ),
    (
        'receipts_files_generated_check',
        'CHECK ( typeof(files_generated) IN (''integer'', ''null'') AND files_generated >= 0 )',
        'accepts a negative or non-integer files_generated, or refuses a proper one'
    ),
    (
        'receipts_files_modified_check',
        'CHECK ( typeof(files_modified) IN (''integer'', ''null'') AND files_modified >= 0 )',
        'accepts a negative or non-integer files_modified, or refuses a proper one'
    ),
    (
        'receipts_duration_ms_check',
        'CHECK (typeof(duration_ms) = ''integer'' AND duration_ms >= 0)',
        'accepts a negative or non-integer duration_ms, or refuses a proper one'
    ),
    (
        'receipts_receipt_json_check',
        'CHECK (receipt_json IS NULL OR json_valid(receipt_json))',
        'accepts a receipt_json that is not JSON, or refuses one that is'
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
        'idx_receipts_agent_timestamp',
        'CREATE INDEX idx_receipts_agent_timestamp ON receipts (agent_id, timestamp DESC)',
        'finding the receipts of an agent, latest first, reads every receipt'
    ),
    (
        'idx_receipts_execution_id',
        'CREATE UNIQUE INDEX idx_receipts_execution_id ON receipts (execution_id)',
        'two receipts can share an execution_id, and no foreign key can refer to it'
    ),
    (
        'idx_receipts_status',
        'CREATE INDEX idx_receipts_status ON receipts (status, created_at DESC)',
        'finding the receipts of a status, latest first, reads every receipt'
    ),
    (
        'idx_receipts_created_at',
        'CREATE INDEX idx_receipts_created_at ON receipts (created_at DESC)',
        'finding the latest receipts, as recent_executions does, reads every receipt'
    ),
    (
        'receipts_session_id_idx',
        'CREATE INDEX receipts_session_id_idx ON receipts (session_id) WHERE session_id IS NOT NULL',
        'finding the receipts of a session, as deleting a session does, reads every receipt'
    )
),

actual (name, definition) AS (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'receipts'
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing') || ': ' || e.problem AS problem
FROM expected AS e
INNER JOIN sqlite_schema AS t ON t.type = 'table' AND t.name = 'receipts'
LEFT JOIN actual AS a ON e.name = a.name
WHERE a.definition IS NOT e.definition;
