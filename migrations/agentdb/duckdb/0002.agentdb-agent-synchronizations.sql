-- Agent synchronizations: the register of every synchronization, which its executions and audit events belong to.
-- seed: 000 3.1 Entity Relationship Diagram; 3.2 Table Descriptions, Table 1; 3.3 Indexes; 4.1 Use Case 1
-- differs: times are TIMESTAMP WITH TIME ZONE. A plain TIMESTAMP stores the wall clock of the session's time zone, both
--   for CURRENT_TIMESTAMP and for the seed's aware datetimes, so two sessions would write one instant as two times.
--   Children refer to agent_synchronization_keys, which makes use case 4.1 possible (below). status is checked.
--   The seed's index order DESC is written down, but DuckDB does not keep it.
-- depends: 0001.agentdb-schema-metadata

CREATE TABLE agent_synchronizations (
    sync_id VARCHAR NOT NULL,
    agent_id VARCHAR NOT NULL,
    worktree_path VARCHAR,
    sync_type VARCHAR NOT NULL,
    source_location VARCHAR NOT NULL,
    target_location VARCHAR NOT NULL,
    pattern VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    completed_at TIMESTAMP WITH TIME ZONE,
    created_by VARCHAR NOT NULL,
    metadata JSON,
    CONSTRAINT agent_synchronizations_pkey PRIMARY KEY (sync_id),
    CONSTRAINT agent_synchronizations_status_check CHECK (
        status IN ('pending', 'in_progress', 'completed', 'failed', 'rolled_back')
    ),
    CONSTRAINT agent_synchronizations_created_at_check CHECK (isfinite(created_at)),
    CONSTRAINT agent_synchronizations_completed_at_check CHECK (isfinite(completed_at))
);

-- DuckDB 2.0 uses an index, here and in the steps that follow, for one condition on one column (=, IN, or one end of a
-- range) that finds no more than 2,048 rows, or a thousandth of the table. Never for a second column, for an order, or
-- for a condition on another column besides. Every row found that way costs 25 microseconds, so that from about 60 rows
-- on it is faster to read a whole table of 100,000. A connection may tell DuckDB so: SET index_scan_max_count = 60 and
-- SET index_scan_percentage = 0. tests/benchmarks/agentdb_targets.py measures all of this; where an index is of no use,
-- it stands beside it.

-- Used, but for the seed's 1,000 rows of an agent it takes 28 ms, and reading the table 2 ms.
CREATE INDEX idx_sync_agent ON agent_synchronizations (agent_id);

-- Used for a rare status; one that most rows have is read from the table.
CREATE INDEX idx_sync_status ON agent_synchronizations (status);

-- Used for the few latest (created_at > a moment), not for ORDER BY or between two moments.
CREATE INDEX idx_sync_created ON agent_synchronizations (created_at DESC);

-- Used for a rare pattern.
CREATE INDEX idx_sync_pattern ON agent_synchronizations (pattern);

-- Used for a worktree of few synchronizations.
CREATE INDEX idx_sync_worktree ON agent_synchronizations (worktree_path);

-- Not used, having two columns; the seed names it.
CREATE INDEX idx_sync_agent_status ON agent_synchronizations (agent_id, status);

-- Referential integrity. DuckDB changes an indexed column by deleting the row and inserting it anew, and refuses that
-- while a declared foreign key points at the row: with status in an index, no synchronization that has an execution
-- could ever be completed. So foreign keys point at this copy of the key, which no UPDATE touches; three triggers keep
-- it true, and the engine itself refuses orphans and the deletion of a referenced row, as it would on the table.
-- It costs 0.5 ms for a new synchronization, 0.3 ms for an execution or event that refers to one, 0.9 ms for a change
-- of status, the same at 1,000,000 synchronizations as at 100,000. Triggers that look for the parent themselves take
-- 3 ms and 15 ms an execution, and answer with an error of their own instead of the one that the seed documents (9.1).
-- It takes away INSERT OR REPLACE, ON CONFLICT DO UPDATE and MERGE, which DuckDB refuses on a table with such triggers;
-- ON CONFLICT DO NOTHING, COPY and appenders work. And it has the limits of every foreign key of DuckDB 2.0: a child
-- and its parent cannot be deleted in one transaction, while of two transactions at once one can delete the row that
-- the other refers to; the check orphans finds what comes of that. COPY FROM DATABASE and EXPORT DATABASE leave all
-- triggers behind without a word, so copy the file instead; rung verify tells a copy that has none.
CREATE TABLE agent_synchronization_keys (
    sync_id VARCHAR NOT NULL,
    CONSTRAINT agent_synchronization_keys_pkey PRIMARY KEY (sync_id)
);

CREATE TRIGGER agent_synchronizations_key_added -- noqa: PRS
AFTER INSERT ON agent_synchronizations
REFERENCING NEW TABLE AS n
FOR EACH STATEMENT
INSERT INTO agent_synchronization_keys (sync_id)
SELECT n.sync_id FROM n;

CREATE TRIGGER agent_synchronizations_key_removed -- noqa: PRS
AFTER DELETE ON agent_synchronizations
REFERENCING OLD TABLE AS o
FOR EACH STATEMENT
DELETE FROM agent_synchronization_keys
WHERE sync_id IN (SELECT o.sync_id FROM o);

CREATE TRIGGER agent_synchronizations_key_kept -- noqa: PRS
AFTER UPDATE ON agent_synchronizations
REFERENCING OLD TABLE AS o NEW TABLE AS n
FOR EACH STATEMENT
INSERT INTO agent_synchronization_keys (sync_id)
SELECT error('sync_id ' || o.sync_id || ' cannot be changed: insert a new synchronization instead')
FROM o
WHERE o.sync_id NOT IN (SELECT n.sync_id FROM n);
