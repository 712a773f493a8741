-- Append-only audit trail verified: the trail refuses every change.
-- seed: 000 1.2 Design Principles; 3.2 Table Descriptions, Table 3; 9.1 Common Issues, Issue 3

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'sync_audit_trail_refuse_update',
        'CREATE TRIGGER sync_audit_trail_refuse_update AFTER UPDATE ON sync_audit_trail REFERENCING OLD TABLE AS '
        || 'o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"(((''UPDATE not '
        || 'allowed on sync_audit_trail (append-only, 21 CFR Part 11): event '' || o.audit_id) || '' stays as it was '
        || 'written; insert a new event that corrects it'')) FROM o;',
        'an audit event can be changed, or is refused without saying why'
    ),
    (
        'sync_audit_trail_refuse_delete',
        'CREATE TRIGGER sync_audit_trail_refuse_delete AFTER DELETE ON sync_audit_trail REFERENCING OLD TABLE AS '
        || 'o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"(((''DELETE not '
        || 'allowed on sync_audit_trail (append-only, 21 CFR Part 11): event '' || o.audit_id) || '' stays; to '
        || 'remove the whole schema, export the trail and run rung down'')) FROM o;',
        'audit events can be deleted and the trail truncated, or that is refused without saying why'
    )
)

SELECT
    e.name AS subject,
    coalesce('is now ' || o.sql, 'trigger is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN duckdb_triggers() AS o
    ON
        e.name = o.trigger_name
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE o.sql IS DISTINCT FROM e.definition;
