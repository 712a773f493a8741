-- Workflow sessions undone: the schema is empty again.
-- seed: 001 Deliverables, 1. Schema Definition
-- loses: workflow_sessions (every row)

DROP INDEX idx_workflow_sessions_created_at;

DROP INDEX idx_workflow_sessions_status;

DROP INDEX idx_workflow_sessions_session_id;

DROP TABLE workflow_sessions;
