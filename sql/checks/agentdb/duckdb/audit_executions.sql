-- Executions of audit events: an event that names an execution names the synchronization that it belongs to.
-- seed: 000 3.1 Entity Relationship Diagram
-- differs: the original draws it so, but its two foreign keys do not know of each other

SELECT
    'sync_audit_trail audit_id ' || a.audit_id AS subject,
    'is an event of synchronization ' || a.sync_id || ', but its execution ' || a.execution_id || ' belongs to '
    || e.sync_id AS problem
FROM sync_audit_trail AS a
INNER JOIN sync_executions AS e ON a.execution_id = e.execution_id
WHERE a.sync_id <> e.sync_id;
