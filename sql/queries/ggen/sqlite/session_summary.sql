-- Session summary: one run of several agents, with what its receipts and collisions say of it.
-- seed: 001 Data Model, Workflow Session; Relationships Diagram
-- differs: counts the receipts of the session, which the original cannot tell from others
-- params: session_id (the session)
-- uses: idx_workflow_sessions_session_id, receipts_session_id_idx, idx_collision_detection_session_id

WITH executions AS (
    SELECT
        count(*) AS total,
        count(DISTINCT r.agent_id) AS agents,
        count(*) FILTER (WHERE r.status = 'failed') AS failed,
        coalesce(sum(r.duration_ms), 0) AS duration_ms
    FROM receipts AS r
    WHERE r.session_id = :session_id
),

collisions AS (
    SELECT
        count(*) AS total,
        count(*) FILTER (WHERE c.severity = 'critical') AS critical
    FROM collision_detection AS c
    WHERE c.session_id = :session_id
)

SELECT
    s.session_id,
    s.status,
    s.start_time,
    s.end_time,
    s.total_duration_ms,
    s.agent_count,
    s.successful_operations,
    s.failed_operations,
    e.total AS executions,
    e.agents AS executing_agents,
    e.failed AS failed_executions,
    e.duration_ms AS executing_ms,
    c.total AS collisions,
    c.critical AS critical_collisions
FROM workflow_sessions AS s
CROSS JOIN executions AS e
CROSS JOIN collisions AS c
WHERE s.session_id = :session_id;
