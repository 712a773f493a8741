-- Agents of a state: those that are idle, say.
-- seed: 003 2. Database Initialization, core indexes
-- params: state (idle | working | waiting | terminated), rows (at most this many)
-- uses: idx_agents_state

SELECT
    a.id,
    a.name,
    a.specialization,
    a.task_id,
    a.model,
    a.spawned_at
FROM agents AS a
WHERE a.state = :state
ORDER BY a.rowid ASC
LIMIT :rows;
