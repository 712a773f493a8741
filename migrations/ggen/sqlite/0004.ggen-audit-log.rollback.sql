-- Audit log undone: the compliance trail ends, so archive it first.
-- seed: 001 Deliverables, 1. Schema Definition
-- loses: audit_log (every row)

DROP INDEX audit_log_agent_instant_idx;

DROP INDEX idx_audit_log_status;

DROP INDEX idx_audit_log_agent_id;

DROP INDEX idx_audit_log_timestamp;

DROP TABLE audit_log;
