-- Memory deletions: before a deleted version of a key there is none that is not.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation

-- One that is left would come back as the current value, though it was deleted with the key.
SELECT
    'memory ' || m.namespace || ' ' || m.key AS subject,
    'version ' || min(m.version) FILTER (WHERE m.is_deleted = 0) || ' is not deleted, and version '
    || max(m.version) FILTER (WHERE m.is_deleted = 1) || ', which is newer, is' AS problem
FROM memory_entries AS m
GROUP BY m.namespace, m.key
HAVING
    min(m.version) FILTER (WHERE m.is_deleted = 0) < max(m.version) FILTER (WHERE m.is_deleted = 1);
