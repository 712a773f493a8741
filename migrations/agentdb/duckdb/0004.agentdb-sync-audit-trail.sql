-- Sync audit trail: what happened, when and by whom, for HIPAA, FDA and IRB.
-- seed: 000 3.1 Entity Relationship Diagram; 3.2 Table Descriptions, Table 3; 3.3 Indexes; 4.1 Use Case 1
-- differs: enumerations are checked; sync_id and execution_id refer to the copies of the keys that
--   0002.agentdb-agent-synchronizations explains
-- depends: 0003.agentdb-sync-executions

CREATE TABLE sync_audit_trail (
    audit_id VARCHAR NOT NULL,
    sync_id VARCHAR NOT NULL,
    execution_id VARCHAR,
    event_type VARCHAR NOT NULL,
    actor VARCHAR NOT NULL,
    actor_role VARCHAR NOT NULL,
    timestamp TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    phi_involved BOOLEAN NOT NULL DEFAULT FALSE,
    compliance_context JSON NOT NULL,
    event_details JSON NOT NULL,
    ip_address VARCHAR,
    session_id VARCHAR,
    CONSTRAINT sync_audit_trail_pkey PRIMARY KEY (audit_id),
    CONSTRAINT sync_audit_trail_sync_id_fkey FOREIGN KEY (sync_id) REFERENCES agent_synchronization_keys (sync_id),
    CONSTRAINT sync_audit_trail_execution_id_fkey FOREIGN KEY (execution_id)
    REFERENCES sync_execution_keys (execution_id),
    CONSTRAINT sync_audit_trail_event_type_check CHECK (event_type IN (
        'sync_initiated', 'sync_progressing', 'sync_completed', 'sync_failed', 'sync_rolled_back',
        'phi_accessed', 'phi_created', 'phi_modified',
        'validation_failed', 'conflict_detected', 'conflict_resolved', 'permission_denied', 'integrity_violation'
    )),
    CONSTRAINT sync_audit_trail_actor_role_check CHECK (actor_role IN ('human_user', 'autonomous_agent', 'system')),
    CONSTRAINT sync_audit_trail_timestamp_check CHECK (isfinite(timestamp))
);

-- Not used, having two columns: the foreign key brings an index of sync_id alone, which is.
CREATE INDEX idx_audit_sync ON sync_audit_trail (sync_id, timestamp DESC);

-- As good as the index that the foreign key brings, and so superfluous.
CREATE INDEX idx_audit_execution ON sync_audit_trail (execution_id);

-- Used for a rare type.
CREATE INDEX idx_audit_event ON sync_audit_trail (event_type);

-- Used for the few latest (timestamp > a moment), not for ORDER BY or between two moments.
CREATE INDEX idx_audit_timestamp ON sync_audit_trail (timestamp DESC);

-- Used for phi_involved = TRUE where that is rare, not for phi_involved alone.
CREATE INDEX idx_audit_phi ON sync_audit_trail (phi_involved);

-- Used for an actor of few events.
CREATE INDEX idx_audit_actor ON sync_audit_trail (actor);

-- Used.
CREATE INDEX idx_audit_session ON sync_audit_trail (session_id);

-- Not used, having three columns.
CREATE INDEX idx_audit_phi_actor_time ON sync_audit_trail (phi_involved, actor, timestamp DESC);
