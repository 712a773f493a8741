-- Core tables undone: the schema is empty again. On a database that had them before, rung leaves them as they were.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- loses: tasks, agents, state, audit, metrics, checkpoints (every row)

DROP INDEX idx_checkpoints_task;

DROP TABLE checkpoints;

DROP INDEX idx_metrics_name_timestamp;

DROP TABLE metrics;

DROP INDEX idx_audit_timestamp;

DROP INDEX idx_audit_agent;

DROP INDEX idx_audit_task;

DROP TABLE audit;

DROP INDEX idx_state_task_key;

DROP TABLE state;

DROP INDEX idx_agents_state;

DROP INDEX idx_agents_task;

DROP TABLE agents;

DROP INDEX idx_tasks_running_timeout;

DROP INDEX idx_tasks_parent;

DROP INDEX idx_tasks_submitted_at;

DROP INDEX idx_tasks_status_priority;

DROP TABLE tasks;
