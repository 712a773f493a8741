-- Memories below a namespace: all current values of a project or a user, latest first.
-- seed: 003 3. Memory Tables Deployment, namespace hierarchy
-- differs: namespace LIKE 'project:%', as the original asks, takes _ and % in a name for wildcards and ignores the
--   case; this is exact, and a search of the same index on every driver, also with a parameter
-- params: prefix (how the namespace begins, such as project: or user:alice:), rows (at most this many)
-- uses: idx_memory_namespace_prefix, idx_memory_namespace_key_version

-- char(1114111) sorts behind every other character. (sqlfluff does not know COLLATE.)
-- noqa: disable=PRS
SELECT
    c.namespace,
    c.key,
    c.value,
    c.memory_type,
    c.version,
    c.updated_by,
    c.updated_at
FROM current_memory AS c
WHERE
    (c.namespace COLLATE NOCASE) >= :prefix
    AND (c.namespace COLLATE NOCASE) < :prefix || char(1114111)
    AND substr(c.namespace, 1, length(:prefix)) = :prefix
ORDER BY c.updated_at DESC, c.id DESC
LIMIT :rows;
