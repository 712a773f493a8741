-- Sync audit trail undone: the compliance trail ends, so export it first.
-- seed: 000 8.1 Complete Schema Removal
-- loses: sync_audit_trail (every row)

DROP INDEX idx_audit_phi_actor_time;

DROP INDEX idx_audit_session;

DROP INDEX idx_audit_actor;

DROP INDEX idx_audit_phi;

DROP INDEX idx_audit_timestamp;

DROP INDEX idx_audit_event;

DROP INDEX idx_audit_execution;

DROP INDEX idx_audit_sync;

DROP TABLE sync_audit_trail;
