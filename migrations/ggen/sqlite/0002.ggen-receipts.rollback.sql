-- Receipts undone: the schema no longer records executions.
-- seed: 001 Deliverables, 1. Schema Definition
-- loses: receipts (every row)

DROP INDEX receipts_session_id_idx;

DROP INDEX idx_receipts_created_at;

DROP INDEX idx_receipts_status;

DROP INDEX idx_receipts_execution_id;

DROP INDEX idx_receipts_agent_timestamp;

DROP TABLE receipts;
