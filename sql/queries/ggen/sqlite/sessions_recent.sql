-- Recent sessions: the latest runs of several agents, whatever became of them.
-- seed: 001 Technical Specifications, Index Strategy
-- params: rows (at most this many)
-- uses: idx_workflow_sessions_created_at

SELECT
    s.session_id,
    s.status,
    s.start_time,
    s.end_time,
    s.agent_count,
    s.total_duration_ms
FROM workflow_sessions AS s
ORDER BY s.created_at DESC, s.id DESC
LIMIT :rows;
