-- Current memory verified: the view shows the one value of each key that holds, and writing to it makes versions.
-- seed: 003 3. Memory Tables Deployment, namespace hierarchy

-- The clauses are the whole text of the view in its order: a clause that has changed is named, and then what has become
-- of the whole is shown.
WITH made (sql) AS MATERIALIZED (
    SELECT replace(replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', ''), '  ', ' ')
    FROM sqlite_schema AS s
    WHERE s.type = 'view' AND s.name = 'current_memory'
),

expected (clause, problem) AS (
    VALUES
    (
        'CREATE VIEW current_memory AS SELECT m.id, m.namespace, m.key, m.value, m.memory_type, m.version, '
        || 'm.metadata, m.created_by, m.updated_by, m.created_at, m.updated_at',
        'has other columns, or has them in another order'
    ),
    ('FROM memory_entries AS m', 'does not show the entries'),
    ('WHERE m.is_deleted = 0', 'shows what was deleted'),
    (
        'AND NOT EXISTS ( SELECT 1 FROM memory_entries AS n WHERE n.namespace = m.namespace AND n.key = m.key AND '
        || 'n.is_deleted = 0 AND n.version > m.version )',
        'does not show the newest version that is not deleted, and only that'
    )
)

SELECT
    'current_memory' AS subject,
    'view is missing: every reader has to find the newest version by itself' AS problem
WHERE NOT EXISTS (SELECT 1 FROM made)
UNION ALL
SELECT
    'current_memory' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN made AS m
WHERE instr(m.sql, e.clause) = 0
UNION ALL
SELECT
    'current_memory' AS subject,
    'is not the view that this step made; it is now ' || m.sql AS problem
FROM made AS m
WHERE m.sql <> (SELECT group_concat(e.clause, ' ') FROM expected AS e);

-- The ends of the clauses overlap, so that nothing can be slipped in between two of them.
WITH made (name, sql) AS MATERIALIZED (
    SELECT
        s.name,
        replace(replace(replace(s.sql, char(13), ''), char(10), ' '), '    ', '')
    FROM sqlite_schema AS s
    WHERE s.type = 'trigger' AND s.tbl_name = 'current_memory'
),

expected (name, clause, problem) AS (
    VALUES
    ('current_memory_insert', NULL, 'trigger is missing: nothing can be remembered through the view'),
    (
        'current_memory_insert',
        'CREATE TRIGGER current_memory_insert INSTEAD OF INSERT ON current_memory FOR EACH ROW BEGIN',
        'does not act on every insert'
    ),
    (
        'current_memory_insert',
        'BEGIN INSERT INTO memory_entries ( id, namespace, key, value, memory_type, version, metadata, created_by, '
        || 'updated_by, created_at, updated_at ) VALUES (',
        'does not write a whole entry'
    ),
    (
        'current_memory_insert', '( new.id, new.namespace, new.key, new.value, new.memory_type, coalesce(',
        'does not write what was said'
    ),
    (
        'current_memory_insert',
        'coalesce( new.version, ( SELECT max(m.version) + 1 FROM memory_entries AS m WHERE m.namespace = '
        || 'new.namespace AND m.key = new.key ), 1 ),',
        'does not take the version that the writer names, or the next one of the key'
    ),
    (
        'current_memory_insert',
        '), coalesce(new.metadata, ''{}''), new.created_by, coalesce(new.updated_by, new.created_by), '
        || 'coalesce(new.created_at, CURRENT_TIMESTAMP), coalesce(new.updated_at, CURRENT_TIMESTAMP) ); END',
        'loses metadata, who wrote, or when'
    ),
    ('current_memory_same_key', NULL, 'trigger is missing: an update can move a value to another key'),
    (
        'current_memory_same_key',
        'CREATE TRIGGER current_memory_same_key INSTEAD OF UPDATE OF id, namespace, key, version ON current_memory '
        || 'FOR EACH ROW WHEN',
        'does not look at a change of every column that a value keeps'
    ),
    (
        'current_memory_same_key',
        'WHEN (old.id, old.namespace, old.key, old.version) IS NOT (new.id, new.namespace, new.key, new.version) BEGIN',
        'lets an update change the key, or refuses one that does not'
    ),
    (
        'current_memory_same_key',
        'BEGIN SELECT RAISE(ABORT, ''current_memory: a value keeps its key; insert it under the other, then delete '
        || 'this one''); END',
        'does not refuse the change with a message that says why'
    ),
    ('current_memory_update', NULL, 'trigger is missing: nothing can be corrected through the view'),
    (
        'current_memory_update',
        'CREATE TRIGGER current_memory_update INSTEAD OF UPDATE ON current_memory FOR EACH ROW WHEN',
        'does not act on every update'
    ),
    (
        'current_memory_update',
        'WHEN (old.id, old.namespace, old.key, old.version) IS (new.id, new.namespace, new.key, new.version) BEGIN',
        'acts where the key changes, or does not act where it stays'
    ),
    (
        'current_memory_update',
        'BEGIN INSERT INTO memory_entries ( namespace, key, value, memory_type, version, metadata, created_by, '
        || 'updated_by, created_at, updated_at ) VALUES (',
        'does not write a whole entry'
    ),
    ('current_memory_update', '( new.namespace, new.key, new.value, new.memory_type,', 'does not write what was said'),
    ('current_memory_update', 'new.memory_type, old.version + 1,', 'does not write the next version'),
    (
        'current_memory_update',
        '1, new.metadata, new.created_by, new.updated_by, new.created_at, iif(new.updated_at IS old.updated_at, '
        || 'CURRENT_TIMESTAMP, new.updated_at) ); END',
        'loses metadata, who wrote, or when'
    ),
    ('current_memory_delete', NULL, 'trigger is missing: nothing can be forgotten through the view'),
    (
        'current_memory_delete',
        'CREATE TRIGGER current_memory_delete INSTEAD OF DELETE ON current_memory FOR EACH ROW BEGIN',
        'does not act on every delete'
    ),
    (
        'current_memory_delete', 'BEGIN UPDATE memory_entries SET is_deleted = 1 WHERE id = old.id; END',
        'does not mark the version that is deleted, and no other'
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
            WHERE t.type = 'view' AND t.name = 'current_memory'
        )
    );
