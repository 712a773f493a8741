-- Audited synchronizations: every synchronization left a trace, at least one audit event.
-- seed: 000 9.4 Data Validation
-- differs: the original orders by a column that it does not group by, which DuckDB refuses to bind

SELECT
    'agent_synchronizations sync_id ' || s.sync_id AS subject,
    'is ' || s.status || ' and has no audit event' AS problem
FROM agent_synchronizations AS s
ANTI JOIN sync_audit_trail AS a ON s.sync_id = a.sync_id
ORDER BY s.created_at DESC, s.sync_id ASC;
