-- Sessions of a status: those that are running, say.
-- seed: 001 Technical Specifications, Index Strategy
-- params: status (running | completed | failed | cancelled), rows (at most this many)
-- uses: idx_workflow_sessions_status

SELECT
    s.session_id,
    s.start_time,
    s.end_time,
    s.agent_count,
    s.successful_operations,
    s.failed_operations
FROM workflow_sessions AS s
WHERE s.status = :status
ORDER BY s.created_at DESC, s.id DESC
LIMIT :rows;
