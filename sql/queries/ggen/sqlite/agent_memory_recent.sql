-- Recent memories: the agents that remembered something last.
-- seed: 001 Technical Specifications, Index Strategy
-- params: rows (at most this many)
-- uses: idx_agent_memory_updated_at

SELECT
    m.agent_id,
    m.updated_at,
    m.retry_count,
    m.last_error
FROM agent_memory AS m
ORDER BY m.updated_at DESC, m.id DESC
LIMIT :rows;
