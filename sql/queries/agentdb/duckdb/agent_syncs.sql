-- Synchronizations of an agent: what it did, latest first.
-- seed: 000 6.1 Index Usage Recommendations; 6.3 Performance Benchmarks
-- differs: does not use idx_sync_agent, from which DuckDB takes 15 times as long for the seed's 1,000 rows
-- params: agent_id (the agent)

-- concat() keeps DuckDB from the index; reading 100,000 rows takes 2 ms.
SELECT
    s.sync_id,
    s.sync_type,
    s.pattern,
    s.status,
    s.source_location,
    s.target_location,
    s.created_at,
    s.completed_at
FROM agent_synchronizations AS s
WHERE concat(s.agent_id) = $agent_id
ORDER BY s.created_at DESC, s.sync_id ASC;
