-- Document index verified: the table of the files that agents search is exactly what this step made.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation

WITH made (sql) AS MATERIALIZED (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'document_index'
),

columns (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT document_index_pkey PRIMARY KEY AUTOINCREMENT'),
    ('file_path', 'TEXT NOT NULL'),
    ('title', 'TEXT NOT NULL'),
    ('document_type', 'TEXT'),
    ('content_hash', 'TEXT NOT NULL'),
    ('chunk_count', 'INTEGER DEFAULT 1'),
    ('embedding_model', 'TEXT'),
    ('embedding_blob', 'BLOB'),
    ('metadata', 'TEXT DEFAULT ''{}'''),
    ('last_synced_at', 'TIMESTAMP'),
    ('sync_status', 'TEXT DEFAULT ''pending'''),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP'),
    ('updated_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP')
),

rules (name, rule, problem) AS (
    VALUES
    ('document_index_pkey', 'PRIMARY KEY AUTOINCREMENT', 'can hand out the id of a deleted document again'),
    (
        'document_index_document_type_check',
        'CHECK ( document_type IN (''design'', ''specification'', ''plan'', ''report'') )',
        'accepts a document_type that is not one of the four, or refuses one of them'
    ),
    (
        'document_index_chunk_count_check',
        'CHECK ( typeof(chunk_count) IN (''integer'', ''null'') AND chunk_count >= 0 )',
        'accepts a negative or non-integer chunk_count, or refuses a proper one'
    ),
    (
        'document_index_embedding_blob_check',
        'CHECK ( typeof(embedding_blob) IN (''blob'', ''null'') AND length(embedding_blob) > 0 AND '
        || 'length(embedding_blob) % 4 = 0 )',
        'accepts an embedding that is no row of float32 numbers, or refuses one that is'
    ),
    (
        'document_index_metadata_check',
        'CHECK (metadata IS NULL OR json_valid(metadata))',
        'accepts metadata that is not JSON, or refuses NULL or what is'
    ),
    (
        'document_index_sync_status_check',
        'CHECK (sync_status IN (''pending'', ''synced'', ''failed'', ''stale''))',
        'accepts a sync_status that is not one of the four, or refuses one of them'
    )
)

SELECT
    'document_index' AS subject,
    'table is missing: no document can be found' AS problem
WHERE NOT EXISTS (SELECT 1 FROM made)
UNION ALL
SELECT
    'document_index.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM columns AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('document_index') AS c ON e.name = c.name
WHERE c.name IS NULL OR instr(m.sql, ' ' || e.name || ' ' || e.definition || ',') = 0
UNION ALL
SELECT
    r.name AS subject,
    r.problem || '; expected ' || r.rule AS problem
FROM rules AS r
CROSS JOIN made AS m
WHERE instr(m.sql, ' CONSTRAINT ' || r.name || ' ' || r.rule) = 0;

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'index' AND s.tbl_name = 'document_index'
),

expected (name, definition, problem) AS (
    VALUES
    (
        'idx_document_index_pk',
        'CREATE UNIQUE INDEX idx_document_index_pk ON document_index (id)',
        'counting the documents reads far more than their ids'
    ),
    (
        'idx_document_file_path',
        'CREATE UNIQUE INDEX idx_document_file_path ON document_index (file_path)',
        'one file can have two documents, and an upsert by file_path fails'
    ),
    (
        'idx_document_type_created',
        'CREATE INDEX idx_document_type_created ON document_index (document_type, created_at DESC) WHERE '
        || 'document_type IS NOT NULL',
        'finding the documents of a type, latest first, reads every document'
    ),
    (
        'idx_document_sync_status',
        'CREATE INDEX idx_document_sync_status ON document_index (sync_status, last_synced_at) WHERE sync_status = '
        || '''pending'' OR sync_status = ''stale'' OR sync_status IN (''pending'', ''stale'')',
        'finding the documents that are to be synced reads every document'
    ),
    (
        'idx_document_content_hash',
        'CREATE INDEX idx_document_content_hash ON document_index (content_hash)',
        'finding the same content under another path reads every document'
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
        WHERE t.type = 'table' AND t.name = 'document_index'
    );

WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'document_index'
),

expected (name, clause, problem) AS (
    VALUES
    ('document_index_updated_at', NULL, 'trigger is missing: updated_at stays at the time of the insert'),
    (
        'document_index_updated_at',
        'CREATE TRIGGER document_index_updated_at AFTER UPDATE OF id, file_path, title, document_type, content_hash, '
        || 'chunk_count, embedding_model, embedding_blob, metadata, last_synced_at, sync_status, created_at ON '
        || 'document_index FOR EACH ROW WHEN',
        'does not fire after a change of every column but updated_at'
    ),
    (
        'document_index_updated_at', 'WHEN new.updated_at IS old.updated_at BEGIN',
        'overrides a time that the application sets itself, or ignores changes that leave the time alone'
    ),
    (
        'document_index_updated_at',
        'BEGIN UPDATE document_index SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id; END',
        'does not set updated_at of the row that changed, and of no other, to the present'
    )
)

SELECT
    e.name AS subject,
    e.problem || coalesce('; expected ' || e.clause, '') AS problem
FROM expected AS e
LEFT JOIN made AS m ON e.name = m.name
WHERE
    instr(m.sql, e.clause) = 0
    OR (
        m.name IS NULL AND e.clause IS NULL
        AND EXISTS (
            SELECT 1 FROM sqlite_schema AS t
            WHERE t.type = 'table' AND t.name = 'document_index'
        )
    );
