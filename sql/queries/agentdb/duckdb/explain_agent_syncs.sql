-- Plan of an agent's list: whether DuckDB reads idx_sync_agent (Index Scan) or the table (Sequential Scan).
-- seed: 000 9.3 Performance Issues
-- params: agent_id (the agent)

EXPLAIN ANALYZE
SELECT
    s.sync_id,
    s.status
FROM agent_synchronizations AS s
WHERE s.agent_id = $agent_id;
