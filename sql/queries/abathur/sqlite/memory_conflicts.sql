-- Conflicts of memory: keys that were spelled in two ways, so that two agents each keep their own value of one thing.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- differs: the original looks for two rows of one key, which the unique versions rule out
-- uses: idx_memory_conflict_detection

-- noqa: disable=PRS
SELECT
    min(m.namespace) AS namespace,
    min(m.key) AS first_key,
    count(DISTINCT m.namespace || char(10) || m.key) AS spellings,
    max(m.version) AS newest_version,
    json_group_array(DISTINCT m.updated_by) AS written_by
FROM memory_entries AS m
WHERE m.is_deleted = 0
GROUP BY (m.namespace COLLATE NOCASE), (m.key COLLATE NOCASE)
HAVING count(DISTINCT m.namespace || char(10) || m.key) > 1
ORDER BY namespace ASC, first_key ASC;
