-- Sync executions: every operation of a synchronization, in the order in which it can be replayed.
-- seed: 000 3.1 Entity Relationship Diagram; 3.2 Table Descriptions, Table 2; 3.3 Indexes; 4.2 Use Case 2
-- differs: an access to PHI needs a justification that says something; enumerations, order and duration are checked;
--   sync_id refers to the copy of the key that 0002.agentdb-agent-synchronizations explains
-- depends: 0002.agentdb-agent-synchronizations

-- A justification is blank when it is made of nothing but separators (\s, \p{Z}) and invisible characters (\p{C}), so a
-- no-break space, an ideographic space or a zero-width space does not pass for a reason.
-- completed_at may lie before started_at here: an application that names only the end gets the transaction's start.
-- The check execution_times reports such rows.
CREATE TABLE sync_executions (
    execution_id VARCHAR NOT NULL,
    sync_id VARCHAR NOT NULL,
    execution_order INTEGER NOT NULL,
    operation_type VARCHAR NOT NULL,
    file_path VARCHAR,
    phi_accessed BOOLEAN NOT NULL DEFAULT FALSE,
    phi_justification VARCHAR,
    operation_result VARCHAR NOT NULL,
    error_message VARCHAR,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    completed_at TIMESTAMP WITH TIME ZONE,
    duration_ms INTEGER,
    checksum_before VARCHAR,
    checksum_after VARCHAR,
    metadata JSON,
    CONSTRAINT sync_executions_pkey PRIMARY KEY (execution_id),
    CONSTRAINT sync_executions_sync_id_fkey FOREIGN KEY (sync_id) REFERENCES agent_synchronization_keys (sync_id),
    CONSTRAINT sync_executions_execution_order_check CHECK (execution_order >= 0),
    CONSTRAINT sync_executions_operation_type_check CHECK (
        operation_type IN ('read', 'write', 'delete', 'validate', 'transform', 'merge', 'rollback')
    ),
    CONSTRAINT sync_executions_phi_justification_check CHECK (
        NOT phi_accessed OR coalesce(regexp_matches(phi_justification, '[^\s\p{Z}\p{C}]'), FALSE)
    ),
    CONSTRAINT sync_executions_operation_result_check CHECK (
        operation_result IN ('success', 'failure', 'skipped', 'rolled_back')
    ),
    CONSTRAINT sync_executions_started_at_check CHECK (isfinite(started_at)),
    CONSTRAINT sync_executions_completed_at_check CHECK (isfinite(completed_at)),
    CONSTRAINT sync_executions_duration_ms_check CHECK (duration_ms >= 0)
);

-- Not used, having two columns: the foreign key brings an index of sync_id alone, which is.
CREATE INDEX idx_exec_sync ON sync_executions (sync_id, execution_order);

-- Used for the result that is rare, as failures are.
CREATE INDEX idx_exec_result ON sync_executions (operation_result);

-- Used for phi_accessed = TRUE where that is rare, not for phi_accessed alone.
CREATE INDEX idx_exec_phi ON sync_executions (phi_accessed);

-- Used for the few latest (started_at > a moment), not for ORDER BY or between two moments.
CREATE INDEX idx_exec_started ON sync_executions (started_at DESC);

-- Used.
CREATE INDEX idx_exec_file ON sync_executions (file_path);

-- Not used, having two columns.
CREATE INDEX idx_exec_sync_result ON sync_executions (sync_id, operation_result);

-- What audit events refer to, for the same reason and in the same way as agent_synchronization_keys.
CREATE TABLE sync_execution_keys (
    execution_id VARCHAR NOT NULL,
    CONSTRAINT sync_execution_keys_pkey PRIMARY KEY (execution_id)
);

CREATE TRIGGER sync_executions_key_added -- noqa: PRS
AFTER INSERT ON sync_executions
REFERENCING NEW TABLE AS n
FOR EACH STATEMENT
INSERT INTO sync_execution_keys (execution_id)
SELECT n.execution_id FROM n;

CREATE TRIGGER sync_executions_key_removed -- noqa: PRS
AFTER DELETE ON sync_executions
REFERENCING OLD TABLE AS o
FOR EACH STATEMENT
DELETE FROM sync_execution_keys
WHERE execution_id IN (SELECT o.execution_id FROM o);

CREATE TRIGGER sync_executions_key_kept -- noqa: PRS
AFTER UPDATE ON sync_executions
REFERENCING OLD TABLE AS o NEW TABLE AS n
FOR EACH STATEMENT
INSERT INTO sync_execution_keys (execution_id)
SELECT error('execution_id ' || o.execution_id || ' cannot be changed: insert a new execution instead')
FROM o
WHERE o.execution_id NOT IN (SELECT n.execution_id FROM n);
