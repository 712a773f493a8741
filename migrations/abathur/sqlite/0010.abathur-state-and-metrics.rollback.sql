-- State and metrics undone: the index is to the byte what it was, and no row is lost.
-- seed: 003 2. Database Initialization, Table Creation Sequence

DROP TRIGGER metrics_metric_value_update;

DROP TRIGGER metrics_metric_value_insert;

DROP TRIGGER state_updated_at;

DROP INDEX idx_state_task_key;

-- As the application spells it, to the last blank.
-- noqa: disable=LT01,LT02
CREATE INDEX idx_state_task_key
            ON state(task_id, key);
-- noqa: enable=LT01,LT02
