-- Memory entries verified: the versions of what agents remember, and the rules that they keep, are what this step made.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation

WITH made (sql) AS MATERIALIZED (
    SELECT replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'table' AND s.name = 'memory_entries'
),

columns (name, definition) AS (
    VALUES
    ('id', 'INTEGER CONSTRAINT memory_entries_pkey PRIMARY KEY AUTOINCREMENT'),
    ('namespace', 'TEXT NOT NULL'),
    ('key', 'TEXT NOT NULL'),
    ('value', 'TEXT NOT NULL'),
    ('memory_type', 'TEXT NOT NULL'),
    ('version', 'INTEGER NOT NULL DEFAULT 1'),
    ('is_deleted', 'BOOLEAN NOT NULL DEFAULT 0'),
    ('metadata', 'TEXT DEFAULT ''{}'''),
    ('created_by', 'TEXT'),
    ('updated_by', 'TEXT'),
    ('created_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP'),
    ('updated_at', 'TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP')
),

rules (name, rule, problem) AS (
    VALUES
    ('memory_entries_pkey', 'PRIMARY KEY AUTOINCREMENT', 'can hand out the id of a purged entry again'),
    (
        'memory_entries_namespace_key_version_key',
        'UNIQUE (namespace, key, version)',
        'two entries can be the same version of a key'
    ),
    (
        'memory_entries_namespace_check',
        'CHECK ( namespace GLOB ''project:*'' OR namespace GLOB ''app:*'' OR namespace GLOB ''user:*'' OR namespace '
        || 'GLOB ''session:*'' OR namespace GLOB ''temp:*'' )',
        'accepts a namespace that begins with none of the five roots, or refuses one of them'
    ),
    (
        'memory_entries_value_check',
        'CHECK (json_valid(value))',
        'accepts a value that is not JSON, or refuses one that is'
    ),
    (
        'memory_entries_memory_type_check',
        'CHECK (memory_type IN (''semantic'', ''episodic'', ''procedural''))',
        'accepts a memory_type that is not one of the three, or refuses one of them'
    ),
    (
        'memory_entries_version_check',
        'CHECK (typeof(version) = ''integer'' AND version > 0)',
        'accepts a version that is no whole number above zero, or refuses one that is'
    ),
    (
        'memory_entries_is_deleted_check',
        'CHECK (is_deleted IN (0, 1))',
        'accepts an is_deleted that is neither 0 nor 1'
    ),
    (
        'memory_entries_metadata_check',
        'CHECK (metadata IS NULL OR json_valid(metadata))',
        'accepts metadata that is not JSON, or refuses NULL or what is'
    )
)

SELECT
    'memory_entries' AS subject,
    'table is missing: nothing can be remembered beyond a task' AS problem
WHERE NOT EXISTS (SELECT 1 FROM made)
UNION ALL
SELECT
    'memory_entries.' || e.name AS subject,
    iif(c.name IS NULL, 'column is missing', 'column is not ' || e.definition) AS problem
FROM columns AS e
CROSS JOIN made AS m
LEFT JOIN pragma_table_xinfo('memory_entries') AS c ON e.name = c.name
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
    WHERE s.type = 'index' AND s.tbl_name = 'memory_entries'
),

expected (name, definition, problem) AS (
    VALUES
    (
        'idx_memory_entries_pk',
        'CREATE UNIQUE INDEX idx_memory_entries_pk ON memory_entries (id)',
        'counting the entries reads far more than their ids'
    ),
    (
        'idx_memory_namespace_key_version',
        'CREATE INDEX idx_memory_namespace_key_version ON memory_entries (namespace, key, is_deleted, version DESC)',
        'finding the current value of a key reads every version of it'
    ),
    (
        'idx_memory_type_updated',
        'CREATE INDEX idx_memory_type_updated ON memory_entries (memory_type, updated_at DESC) WHERE is_deleted = 0',
        'finding what is known of a type, latest first, reads every entry'
    ),
    (
        'idx_memory_namespace_prefix',
        'CREATE INDEX idx_memory_namespace_prefix ON memory_entries ((namespace COLLATE NOCASE), updated_at DESC) '
        || 'WHERE is_deleted = 0',
        'finding what is known below a namespace reads every entry'
    ),
    (
        'idx_memory_conflict_detection',
        'CREATE INDEX idx_memory_conflict_detection ON memory_entries ((namespace COLLATE NOCASE), (key COLLATE '
        || 'NOCASE), is_deleted, version DESC, updated_by)',
        'finding keys that are spelled in two ways reads every entry'
    ),
    (
        'idx_memory_episodic_ttl',
        'CREATE INDEX idx_memory_episodic_ttl ON memory_entries (memory_type, updated_at) WHERE memory_type = '
        || '''episodic'' AND is_deleted = 0',
        'finding the episodes that are due to be forgotten reads every episode'
    ),
    (
        'idx_memory_created_by',
        'CREATE INDEX idx_memory_created_by ON memory_entries (created_by, created_at DESC)',
        'finding what an agent or a session has contributed reads every entry'
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
        WHERE t.type = 'table' AND t.name = 'memory_entries'
    );

-- The ends of the clauses overlap, so that nothing can be slipped in between two of them.
WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'memory_entries'
),

expected (name, clause, problem) AS (
    VALUES
    ('memory_entries_next_version', NULL, 'trigger is missing: a key can have any versions, with gaps between them'),
    (
        'memory_entries_next_version',
        'CREATE TRIGGER memory_entries_next_version BEFORE INSERT ON memory_entries FOR EACH ROW WHEN',
        'does not look at every new row'
    ),
    (
        'memory_entries_next_version', 'WHEN EXISTS ( SELECT 1 FROM memory_entries AS m WHERE m.id = new.id ) OR',
        'lets INSERT OR REPLACE overwrite an entry that has the same id'
    ),
    (
        'memory_entries_next_version',
        'OR new.version IS NOT ( SELECT coalesce(max(m.version), 0) + 1 FROM memory_entries AS m WHERE m.namespace = '
        || 'new.namespace AND m.key = new.key ) BEGIN',
        'accepts a version that is not the next one of its key, or refuses the next one'
    ),
    (
        'memory_entries_next_version',
        'BEGIN SELECT RAISE( ABORT, ''memory_entries: a new row takes a new id and the next version of its key; '
        || 'current_memory numbers it'' ); END',
        'does not refuse the row with a message that says why'
    ),
    (
        'memory_entries_no_tombstone', NULL,
        'trigger is missing: a version that is written as deleted brings back the one before it'
    ),
    (
        'memory_entries_no_tombstone',
        'CREATE TRIGGER memory_entries_no_tombstone BEFORE INSERT ON memory_entries FOR EACH ROW WHEN',
        'does not look at every new row'
    ),
    (
        'memory_entries_no_tombstone',
        'WHEN new.is_deleted = 1 AND EXISTS ( SELECT 1 FROM memory_entries AS m WHERE m.namespace = new.namespace AND '
        || 'm.key = new.key AND m.is_deleted = 0 ) BEGIN',
        'accepts a deleted version after one that is not, or refuses one after none'
    ),
    (
        'memory_entries_no_tombstone',
        'BEGIN SELECT RAISE(ABORT, ''memory_entries: a deleted version comes after none that is not; mark that one '
        || 'instead''); END',
        'does not refuse the row with a message that says why'
    ),
    ('memory_entries_no_overwrite', NULL, 'trigger is missing: a version can be overwritten, and what it said is lost'),
    (
        'memory_entries_no_overwrite',
        'CREATE TRIGGER memory_entries_no_overwrite BEFORE UPDATE OF id, namespace, key, value, memory_type, version, '
        || 'created_by, created_at ON memory_entries FOR EACH ROW WHEN',
        'does not look at a change of every column that a version keeps'
    ),
    (
        'memory_entries_no_overwrite',
        'WHEN (old.id, old.namespace, old.key, old.value, old.memory_type, old.version, old.created_by, '
        || 'old.created_at) IS NOT (new.id, new.namespace, new.key, new.value, new.memory_type, new.version, '
        || 'new.created_by, new.created_at) BEGIN',
        'lets what a version says be changed, or refuses an update that changes nothing of it'
    ),
    (
        'memory_entries_no_overwrite',
        'BEGIN SELECT RAISE( ABORT, ''memory_entries: a version stays as it was written; insert the next one, or '
        || 'update current_memory'' ); END',
        'does not refuse the change with a message that says why'
    ),
    ('memory_entries_no_return', NULL, 'trigger is missing: what was deleted can come back'),
    (
        'memory_entries_no_return',
        'CREATE TRIGGER memory_entries_no_return BEFORE UPDATE OF is_deleted ON memory_entries FOR EACH ROW WHEN',
        'does not look at a change of is_deleted'
    ),
    (
        'memory_entries_no_return', 'WHEN old.is_deleted = 1 AND new.is_deleted = 0 BEGIN',
        'lets the mark be taken away, or refuses a mark'
    ),
    (
        'memory_entries_no_return',
        'BEGIN SELECT RAISE(ABORT, ''memory_entries: what was deleted does not come back; insert the next version''); '
        || 'END',
        'does not refuse the change with a message that says why'
    ),
    ('memory_entries_mark', NULL, 'trigger is missing: a deleted key comes back through an older version'),
    (
        'memory_entries_mark',
        'CREATE TRIGGER memory_entries_mark AFTER UPDATE OF is_deleted ON memory_entries FOR EACH ROW WHEN',
        'does not act after a change of is_deleted'
    ),
    ('memory_entries_mark', 'WHEN new.is_deleted = 1 BEGIN', 'does not act when a version is marked'),
    (
        'memory_entries_mark',
        'BEGIN UPDATE memory_entries SET is_deleted = 1, updated_by = iif(new.updated_by IS old.updated_by, '
        || 'updated_by, new.updated_by) WHERE namespace = new.namespace AND key = new.key AND is_deleted = 0 AND '
        || 'version < new.version; END',
        'does not mark all versions before the one that is marked, and no other'
    ),
    ('memory_entries_no_loss', NULL, 'trigger is missing: a DELETE loses what is not marked'),
    (
        'memory_entries_no_loss',
        'CREATE TRIGGER memory_entries_no_loss BEFORE DELETE ON memory_entries FOR EACH ROW WHEN',
        'does not look at every row that a DELETE takes'
    ),
    ('memory_entries_no_loss', 'WHEN old.is_deleted = 0 BEGIN', 'lets go of what is not marked, or keeps what is'),
    (
        'memory_entries_no_loss',
        'BEGIN SELECT RAISE(ABORT, ''memory_entries: set is_deleted = 1, or delete from current_memory; only marked '
        || 'rows go''); END',
        'does not refuse the DELETE with a message that says why'
    ),
    ('memory_entries_updated_at', NULL, 'trigger is missing: updated_at stays at the time of the insert'),
    (
        'memory_entries_updated_at',
        'CREATE TRIGGER memory_entries_updated_at AFTER UPDATE OF id, namespace, key, value, memory_type, version, '
        || 'is_deleted, metadata, created_by, updated_by, created_at ON memory_entries FOR EACH ROW WHEN',
        'does not fire after a change of every column but updated_at'
    ),
    (
        'memory_entries_updated_at', 'WHEN new.updated_at IS old.updated_at BEGIN',
        'overrides a time that the application sets itself, or ignores changes that leave the time alone'
    ),
    (
        'memory_entries_updated_at',
        'BEGIN UPDATE memory_entries SET updated_at = CURRENT_TIMESTAMP WHERE id = new.id; END',
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
            WHERE t.type = 'table' AND t.name = 'memory_entries'
        )
    );
