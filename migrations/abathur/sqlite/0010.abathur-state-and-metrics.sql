-- State and metrics: the two older tables without a new column keep to their rules as well.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- differs: a trigger keeps state.updated_at; idx_state_task_key, in the original a copy of the index of the unique
--   constraint, also holds updated_at; a metric is a number, where the original only asks that it is not below zero,
--   which for SQLite no text is
-- depends: 0009.abathur-checkpoints-in-sessions 0001.abathur-core-tables

-- Which keys a task has and when each changed, without reading the values.
DROP INDEX idx_state_task_key;

CREATE INDEX idx_state_task_key ON state (task_id, key, updated_at);

-- The time is spelled as the application spells it, so that old and new ones sort as one.
CREATE TRIGGER state_updated_at
AFTER UPDATE OF id, task_id, key, value, created_at ON state
FOR EACH ROW
WHEN new.updated_at IS old.updated_at
BEGIN
    UPDATE state
    SET updated_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')
    WHERE id = new.id;
END;

-- Triggers, because SQLite adds a CHECK only with a new column or with a new copy of the table. So rows from before
-- stay as they are, and the check metric_values names those that are no numbers. 9e999 is infinity.
CREATE TRIGGER metrics_metric_value_insert
BEFORE INSERT ON metrics
FOR EACH ROW
WHEN typeof(new.metric_value) NOT IN ('real', 'null') OR new.metric_value >= 9e999
BEGIN
    SELECT RAISE(ABORT, 'metrics: metric_value is not a finite number');
END;

CREATE TRIGGER metrics_metric_value_update
BEFORE UPDATE OF metric_value ON metrics
FOR EACH ROW
WHEN typeof(new.metric_value) NOT IN ('real', 'null') OR new.metric_value >= 9e999
BEGIN
    SELECT RAISE(ABORT, 'metrics: metric_value is not a finite number');
END;
