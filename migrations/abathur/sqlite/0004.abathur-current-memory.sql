-- Current memory: the one value of each key that holds now, to read and to write.
-- seed: 003 3. Memory Tables Deployment, namespace hierarchy
-- differs: the original has no such view; every reader there looks for the newest version by itself, and every writer
--   counts versions by itself
-- depends: 0003.abathur-memory-entries

-- The newest version that is not deleted, where there is one.
CREATE VIEW current_memory AS
SELECT
    m.id,
    m.namespace,
    m.key,
    m.value,
    m.memory_type,
    m.version,
    m.metadata,
    m.created_by,
    m.updated_by,
    m.created_at,
    m.updated_at
FROM memory_entries AS m
WHERE
    m.is_deleted = 0
    AND NOT EXISTS (
        SELECT 1
        FROM memory_entries AS n
        WHERE n.namespace = m.namespace AND n.key = m.key AND n.is_deleted = 0 AND n.version > m.version
    );

-- To remember: the first version of a key, or the next one. A writer that names the version says what it has read: when
-- another was quicker, that version is taken, and the row is refused.
CREATE TRIGGER current_memory_insert
INSTEAD OF INSERT ON current_memory
FOR EACH ROW
BEGIN
    INSERT INTO memory_entries (
        id, namespace, key, value, memory_type, version, metadata, created_by, updated_by, created_at, updated_at
    )
    VALUES (
        new.id,
        new.namespace,
        new.key,
        new.value,
        new.memory_type,
        coalesce(
            new.version,
            (
                SELECT max(m.version) + 1
                FROM memory_entries AS m
                WHERE m.namespace = new.namespace AND m.key = new.key
            ),
            1
        ),
        coalesce(new.metadata, '{}'),
        new.created_by,
        coalesce(new.updated_by, new.created_by),
        coalesce(new.created_at, CURRENT_TIMESTAMP),
        coalesce(new.updated_at, CURRENT_TIMESTAMP)
    );
END;

CREATE TRIGGER current_memory_same_key
INSTEAD OF UPDATE OF id, namespace, key, version ON current_memory
FOR EACH ROW
WHEN (old.id, old.namespace, old.key, old.version) IS NOT (new.id, new.namespace, new.key, new.version)
BEGIN
    SELECT RAISE(ABORT, 'current_memory: a value keeps its key; insert it under the other, then delete this one');
END;

-- To correct: the next version, with the creator and the time of creation of the one before.
CREATE TRIGGER current_memory_update
INSTEAD OF UPDATE ON current_memory
FOR EACH ROW
WHEN (old.id, old.namespace, old.key, old.version) IS (new.id, new.namespace, new.key, new.version)
BEGIN
    INSERT INTO memory_entries (
        namespace, key, value, memory_type, version, metadata, created_by, updated_by, created_at, updated_at
    )
    VALUES (
        new.namespace,
        new.key,
        new.value,
        new.memory_type,
        old.version + 1,
        new.metadata,
        new.created_by,
        new.updated_by,
        new.created_at,
        iif(new.updated_at IS old.updated_at, CURRENT_TIMESTAMP, new.updated_at)
    );
END;

-- To forget: the version is marked, and with it all before it.
CREATE TRIGGER current_memory_delete
INSTEAD OF DELETE ON current_memory
FOR EACH ROW
BEGIN
    UPDATE memory_entries
    SET is_deleted = 1
    WHERE id = old.id;
END;
