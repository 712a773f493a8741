-- Memory entries: what agents remember beyond a task, every version of it.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation; Memory Tables Deployment, namespace hierarchy
-- differs: the rules of versions and deletions hold whoever writes, where the original leaves them to its own code; a
--   namespace begins with one of the five roots; idx_memory_conflict_detection, in the original a copy of
--   idx_memory_namespace_key_version, ignores case; a trigger keeps updated_at; metadata may be NULL on every SQLite
-- depends: 0002.abathur-sessions

-- AUTOINCREMENT: an id that a purged entry had is never handed out again, as audit entries outlive what they speak of.
-- noqa: disable=RF04
CREATE TABLE memory_entries (
    id INTEGER CONSTRAINT memory_entries_pkey PRIMARY KEY AUTOINCREMENT,
    namespace TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    memory_type TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    is_deleted BOOLEAN NOT NULL DEFAULT 0,
    metadata TEXT DEFAULT '{}',
    created_by TEXT,
    updated_by TEXT,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT memory_entries_namespace_key_version_key UNIQUE (namespace, key, version),
    CONSTRAINT memory_entries_namespace_check CHECK (
        namespace GLOB 'project:*'
        OR namespace GLOB 'app:*'
        OR namespace GLOB 'user:*'
        OR namespace GLOB 'session:*'
        OR namespace GLOB 'temp:*'
    ),
    CONSTRAINT memory_entries_value_check CHECK (json_valid(value)),
    CONSTRAINT memory_entries_memory_type_check CHECK (memory_type IN ('semantic', 'episodic', 'procedural')),
    CONSTRAINT memory_entries_version_check CHECK (typeof(version) = 'integer' AND version > 0),
    CONSTRAINT memory_entries_is_deleted_check CHECK (is_deleted IN (0, 1)),
    CONSTRAINT memory_entries_metadata_check CHECK (metadata IS NULL OR json_valid(metadata))
);
-- noqa: enable=RF04

-- Counting: an entry by its id is found in the table itself, but to count them this is a fraction of it to read.
CREATE UNIQUE INDEX idx_memory_entries_pk ON memory_entries (id);

-- The current value of a key.
CREATE INDEX idx_memory_namespace_key_version ON memory_entries (namespace, key, is_deleted, version DESC);

-- What is known of a type, latest first.
CREATE INDEX idx_memory_type_updated ON memory_entries (memory_type, updated_at DESC)
WHERE is_deleted = 0;

-- What is known below a namespace. NOCASE, because LIKE ignores case: only so is namespace LIKE 'project:%' a search.
-- (sqlfluff does not know that a column of an index can have a collation.)
-- noqa: disable=PRS
CREATE INDEX idx_memory_namespace_prefix ON memory_entries ((namespace COLLATE NOCASE), updated_at DESC)
WHERE is_deleted = 0;

-- Keys that two agents spelled in two ways, and who did, without touching the table. It also makes a search of
-- namespace LIKE 'project:%' where deleted entries are wanted too.
CREATE INDEX idx_memory_conflict_detection
ON memory_entries ((namespace COLLATE NOCASE), (key COLLATE NOCASE), is_deleted, version DESC, updated_by);
-- noqa: enable=PRS

-- Episodes that are due to be forgotten, oldest first.
CREATE INDEX idx_memory_episodic_ttl ON memory_entries (memory_type, updated_at)
WHERE memory_type = 'episodic' AND is_deleted = 0;

-- What an agent or a session has contributed, latest first.
CREATE INDEX idx_memory_created_by ON memory_entries (created_by, created_at DESC);

-- From here on: the rules of memory. No statement gets past them, INSERT OR REPLACE included; who takes the triggers
-- away can break them, and then the checks memory_versions, memory_deletions and memory_current say where.

-- A new row carries the next version of its key, deleted ones counted. With the id of another, INSERT OR REPLACE would
-- delete that entry and fire no trigger for it, so the id is looked at here as well.
CREATE TRIGGER memory_entries_next_version
BEFORE INSERT ON memory_entries
FOR EACH ROW
WHEN
    EXISTS (
        SELECT 1 FROM memory_entries AS m
        WHERE m.id = new.id
    )
    OR new.version IS NOT (
        SELECT coalesce(max(m.version), 0) + 1 FROM memory_entries AS m
        WHERE m.namespace = new.namespace AND m.key = new.key
    )
BEGIN
    SELECT RAISE(
        ABORT, 'memory_entries: a new row takes a new id and the next version of its key; current_memory numbers it'
    );
END;

-- A deletion marks what is there, it is not a row of its own; but a history can be copied in its order.
CREATE TRIGGER memory_entries_no_tombstone
BEFORE INSERT ON memory_entries
FOR EACH ROW
WHEN
    new.is_deleted = 1
    AND EXISTS (
        SELECT 1 FROM memory_entries AS m
        WHERE m.namespace = new.namespace AND m.key = new.key AND m.is_deleted = 0
    )
BEGIN
    SELECT RAISE(ABORT, 'memory_entries: a deleted version comes after none that is not; mark that one instead');
END;

-- An update is a new row. It is refused here rather than made, because a statement that says UPDATE and inserts would
-- count and return rows that it did not change; current_memory takes it and says what it does.
CREATE TRIGGER memory_entries_no_overwrite
BEFORE UPDATE OF id, namespace, key, value, memory_type, version, created_by, created_at ON memory_entries
FOR EACH ROW
WHEN
    (old.id, old.namespace, old.key, old.value, old.memory_type, old.version, old.created_by, old.created_at)
    IS NOT (new.id, new.namespace, new.key, new.value, new.memory_type, new.version, new.created_by, new.created_at)
BEGIN
    SELECT RAISE(
        ABORT, 'memory_entries: a version stays as it was written; insert the next one, or update current_memory'
    );
END;

CREATE TRIGGER memory_entries_no_return
BEFORE UPDATE OF is_deleted ON memory_entries
FOR EACH ROW
WHEN old.is_deleted = 1 AND new.is_deleted = 0
BEGIN
    SELECT RAISE(ABORT, 'memory_entries: what was deleted does not come back; insert the next version');
END;

-- A delete marks a version and all before it, so that a deleted key does not come back through an older version. Who
-- says by whom it is deleted, says it of all of them.
CREATE TRIGGER memory_entries_mark
AFTER UPDATE OF is_deleted ON memory_entries
FOR EACH ROW
WHEN new.is_deleted = 1
BEGIN
    UPDATE memory_entries
    SET is_deleted = 1, updated_by = iif(new.updated_by IS old.updated_by, updated_by, new.updated_by)
    WHERE namespace = new.namespace AND key = new.key AND is_deleted = 0 AND version < new.version;
END;

-- What is marked may be purged; what is not, is not lost by a DELETE. Purge from the oldest version on: a gap in the
-- middle is not refused, as SQLite deletes in an order of its own, but memory_versions names it.
CREATE TRIGGER memory_entries_no_loss
BEFORE DELETE ON memory_entries
FOR EACH ROW
WHEN old.is_deleted = 0
BEGIN
    SELECT RAISE(ABORT, 'memory_entries: set is_deleted = 1, or delete from current_memory; only marked rows go');
END;

CREATE TRIGGER memory_entries_updated_at
AFTER UPDATE OF
id, namespace, key, value, memory_type, version, is_deleted, metadata, created_by, updated_by, created_at
ON memory_entries
FOR EACH ROW
WHEN new.updated_at IS old.updated_at
BEGIN
    UPDATE memory_entries
    SET updated_at = CURRENT_TIMESTAMP
    WHERE id = new.id;
END;
