-- Performance of one agent: its line of agent_performance_summary, without reading the receipts of the others.
-- seed: 001 Deliverables, 1. Schema Definition
-- differs: agent_performance_summary is made to be read whole, so a filter on it still reads every receipt
-- params: agent_id (the agent)
-- uses: idx_receipts_agent_timestamp

SELECT
    r.agent_id,
    count(*) AS total_executions,
    count(*) FILTER (WHERE r.status = 'passed') AS successful_executions,
    count(*) FILTER (WHERE r.status = 'failed') AS failed_executions,
    round(avg(r.duration_ms), 2) AS avg_duration_ms,
    min(r.duration_ms) AS min_duration_ms,
    max(r.duration_ms) AS max_duration_ms,
    coalesce(sum(r.files_generated), 0) AS total_files_generated,
    max(r.timestamp) AS last_execution
FROM receipts AS r
WHERE r.agent_id = :agent_id
GROUP BY r.agent_id;
