-- Orphans: no execution and no audit event refers to a synchronization or an execution that does not exist.
-- seed: 000 9.2 Debugging Queries; 9.1 Common Issues, Issue 1
-- differs: also holds of rows that two transactions wrote at once, which no foreign key of DuckDB 2.0 sees, and of rows
--   that came in while the triggers were away

SELECT
    'sync_executions execution_id ' || e.execution_id AS subject,
    'refers to synchronization ' || e.sync_id || ', which does not exist' AS problem
FROM sync_executions AS e
ANTI JOIN agent_synchronizations AS s ON e.sync_id = s.sync_id;

SELECT
    'sync_audit_trail audit_id ' || a.audit_id AS subject,
    'refers to synchronization ' || a.sync_id || ', which does not exist' AS problem
FROM sync_audit_trail AS a
ANTI JOIN agent_synchronizations AS s ON a.sync_id = s.sync_id;

SELECT
    'sync_audit_trail audit_id ' || a.audit_id AS subject,
    'refers to execution ' || a.execution_id || ', which does not exist' AS problem
FROM sync_audit_trail AS a
ANTI JOIN sync_executions AS e ON a.execution_id = e.execution_id
WHERE a.execution_id IS NOT NULL;
