-- Ledger: yoyo's tracking tables, column for column, and what yoyo lacks beside them.

CREATE TABLE IF NOT EXISTS _yoyo_migration (
    migration_hash VARCHAR(64),
    migration_id VARCHAR(255),
    applied_at_utc TIMESTAMP,
    PRIMARY KEY (migration_hash)
);

CREATE TABLE IF NOT EXISTS _yoyo_log (
    id VARCHAR(36),
    migration_hash VARCHAR(64),
    migration_id VARCHAR(255),
    operation VARCHAR(10),
    username VARCHAR(255),
    hostname VARCHAR(255),
    comment VARCHAR(255),
    created_at_utc TIMESTAMP,
    PRIMARY KEY (id)
);

CREATE TABLE IF NOT EXISTS _yoyo_version (
    version INT NOT NULL PRIMARY KEY,
    installed_at_utc TIMESTAMP
);

INSERT INTO _yoyo_version (version, installed_at_utc)
SELECT
    2 AS version,
    :now AS installed_at_utc
WHERE NOT EXISTS (SELECT 1 FROM _yoyo_version);

-- One row per applied step. It speaks of one application of the step: of the row in _yoyo_migration with the same
-- hash and the same time. When yoyo takes a step back or applies it again, the row here no longer matches any.
CREATE TABLE IF NOT EXISTS _rung_step (
    migration_hash VARCHAR(64) NOT NULL,
    applied_at_utc TIMESTAMP NOT NULL,
    migration_id VARCHAR(255) NOT NULL,
    forward_checksum TEXT NOT NULL,
    rollback_checksum TEXT,
    verify_checksum TEXT NOT NULL,
    rollback_sql TEXT,
    duration_ms REAL NOT NULL,
    verify_ms REAL NOT NULL,
    verification TEXT NOT NULL,
    username TEXT NOT NULL,
    hostname TEXT NOT NULL,
    rung_version TEXT NOT NULL,
    CONSTRAINT _rung_step_pkey PRIMARY KEY (migration_hash)
);

-- What happened, in the order in which it happened: successes and failures.
CREATE TABLE IF NOT EXISTS _rung_event (
    id INTEGER CONSTRAINT _rung_event_pkey PRIMARY KEY,
    at_utc TIMESTAMP NOT NULL,
    run_id TEXT NOT NULL,
    family TEXT NOT NULL,
    migration_id VARCHAR(255) NOT NULL,
    operation TEXT NOT NULL,
    outcome TEXT NOT NULL,
    duration_ms REAL,
    message TEXT,
    username TEXT NOT NULL,
    hostname TEXT NOT NULL,
    pid INTEGER NOT NULL,
    rung_version TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    CONSTRAINT _rung_event_operation_check CHECK (operation IN ('up', 'down')),
    CONSTRAINT _rung_event_outcome_check CHECK (outcome IN ('ok', 'failed', 'interrupted'))
);

CREATE TABLE IF NOT EXISTS _rung_version (
    version INTEGER CONSTRAINT _rung_version_pkey PRIMARY KEY,
    installed_at_utc TIMESTAMP NOT NULL
);

INSERT INTO _rung_version (version, installed_at_utc)
SELECT
    1 AS version,
    :now AS installed_at_utc
WHERE NOT EXISTS (SELECT 1 FROM _rung_version);
