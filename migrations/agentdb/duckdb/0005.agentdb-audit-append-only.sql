-- Append-only audit trail: what is written stays as it was written, and whoever tries otherwise is told why.
-- seed: 000 1.2 Design Principles; 3.2 Table Descriptions, Table 3; 9.1 Common Issues, Issue 3
-- differs: the original leaves this to the application. Here the database refuses UPDATE, DELETE and TRUNCATE with the
--   message below. INSERT OR REPLACE, ON CONFLICT DO UPDATE and MERGE are refused by DuckDB itself, as it supports none
--   of them on a table with such triggers. A statement that finds no row passes. What a trigger cannot hinder is its
--   own removal: 0006.agentdb-audit-seals makes visible what was done then. Removing all data while keeping the schema
--   (8.2) is what an append-only trail forbids; the way is rung down and rung up, after an export
-- depends: 0004.agentdb-sync-audit-trail

-- Nothing is ever inserted: a trigger must be an INSERT, UPDATE or DELETE, and error() ends the statement in it.
CREATE TRIGGER sync_audit_trail_refuse_update -- noqa: PRS
AFTER UPDATE ON sync_audit_trail
REFERENCING OLD TABLE AS o
FOR EACH STATEMENT
INSERT INTO sync_execution_keys (execution_id)
SELECT error(
    'UPDATE not allowed on sync_audit_trail (append-only, 21 CFR Part 11): event ' || o.audit_id
    || ' stays as it was written; insert a new event that corrects it'
)
FROM o;

CREATE TRIGGER sync_audit_trail_refuse_delete -- noqa: PRS
AFTER DELETE ON sync_audit_trail
REFERENCING OLD TABLE AS o
FOR EACH STATEMENT
INSERT INTO sync_execution_keys (execution_id)
SELECT error(
    'DELETE not allowed on sync_audit_trail (append-only, 21 CFR Part 11): event ' || o.audit_id
    || ' stays; to remove the whole schema, export the trail and run rung down'
)
FROM o;
