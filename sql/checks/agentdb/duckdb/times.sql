-- Times: nothing ends before it began.
-- seed: 000 3.2 Table Descriptions; 5.7 Synchronization Success Rate by Pattern
-- differs: not a CHECK of the tables, since an application that names only the end gets a beginning some moments later

SELECT
    'agent_synchronizations sync_id ' || s.sync_id AS subject,
    'completed ' || epoch_ms(s.created_at) - epoch_ms(s.completed_at) || ' ms before it was created' AS problem
FROM agent_synchronizations AS s
WHERE s.completed_at < s.created_at;

SELECT
    'sync_executions execution_id ' || e.execution_id AS subject,
    'completed ' || epoch_ms(e.started_at) - epoch_ms(e.completed_at) || ' ms before it started' AS problem
FROM sync_executions AS e
WHERE e.completed_at < e.started_at;
