-- Checkpoints in sessions undone: table and index are to the byte what they were, and every checkpoint stays.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- loses: checkpoints.session_id (the session in which each checkpoint was made)

DROP INDEX checkpoints_session_id_idx;

DROP INDEX idx_checkpoints_task;

-- As the application spells it, to the last blank.
-- noqa: disable=LT01,LT02
CREATE INDEX idx_checkpoints_task
            ON checkpoints(task_id, iteration DESC);
-- noqa: enable=LT01,LT02

ALTER TABLE checkpoints DROP COLUMN session_id;
