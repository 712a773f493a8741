-- Schema metadata: which schema this database holds, for the application that opens it.
-- seed: 000 2.2 Initialize New Database; 2.3 Verify Initialization; 8.2 Partial Rollback (Data Cleanup)
-- differs: times are TIMESTAMP WITH TIME ZONE, here and in every table; 0002.agentdb-agent-synchronizations says why

CREATE TABLE schema_metadata (
    schema_name VARCHAR NOT NULL,
    schema_version VARCHAR NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
    applied_by VARCHAR NOT NULL,
    description VARCHAR,
    CONSTRAINT schema_metadata_pkey PRIMARY KEY (schema_name),
    CONSTRAINT schema_metadata_applied_at_check CHECK (isfinite(applied_at))
);

-- The version of the seed's schema, not of these steps: those are in rung's ledger.
INSERT INTO schema_metadata (schema_name, schema_version, applied_by, description)
VALUES (
    'agentdb_sync_schema',
    '1.0.0',
    'rung',
    'Synchronizations of agents, their executions and their audit trail'
);
