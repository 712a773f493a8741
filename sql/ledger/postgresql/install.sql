-- Ledger: yoyo's tracking tables, column for column, and what yoyo lacks beside them.

CREATE TABLE IF NOT EXISTS _yoyo_migration (
    migration_hash varchar(64),
    migration_id varchar(255),
    applied_at_utc timestamp,
    PRIMARY KEY (migration_hash)
);

CREATE TABLE IF NOT EXISTS _yoyo_log (
    id varchar(36),
    migration_hash varchar(64),
    migration_id varchar(255),
    operation varchar(10),
    username varchar(255),
    hostname varchar(255),
    comment varchar(255),
    created_at_utc timestamp,
    PRIMARY KEY (id)
);

CREATE TABLE IF NOT EXISTS _yoyo_version (
    version integer NOT NULL PRIMARY KEY,
    installed_at_utc timestamp
);

INSERT INTO _yoyo_version
SELECT
    2 AS latest,
    cast($now AS timestamp) AS installed_at_utc
WHERE NOT EXISTS (SELECT 1 FROM _yoyo_version);

-- One row per applied step. It speaks of one application of the step: of the row in _yoyo_migration with the same
-- hash and the same time. When yoyo takes a step back or applies it again, the row here no longer matches any.
CREATE TABLE IF NOT EXISTS _rung_step (
    migration_hash varchar(64) NOT NULL,
    applied_at_utc timestamp NOT NULL,
    migration_id varchar(255) NOT NULL,
    forward_checksum text NOT NULL,
    rollback_checksum text,
    verify_checksum text NOT NULL,
    rollback_sql text,
    duration_ms double precision NOT NULL,
    verify_ms double precision NOT NULL,
    verification text NOT NULL,
    username text NOT NULL,
    hostname text NOT NULL,
    rung_version text NOT NULL,
    CONSTRAINT _rung_step_pkey PRIMARY KEY (migration_hash)
);

-- What happened, in the order in which it happened: successes and failures.
CREATE TABLE IF NOT EXISTS _rung_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at_utc timestamp NOT NULL,
    run_id text NOT NULL,
    family text NOT NULL,
    migration_id varchar(255) NOT NULL,
    operation text NOT NULL,
    outcome text NOT NULL,
    duration_ms double precision,
    message text,
    username text NOT NULL,
    hostname text NOT NULL,
    pid integer NOT NULL,
    rung_version text NOT NULL,
    engine_version text NOT NULL,
    CONSTRAINT _rung_event_pkey PRIMARY KEY (id),
    CONSTRAINT _rung_event_operation_check CHECK (operation IN ('up', 'down')),
    CONSTRAINT _rung_event_outcome_check CHECK (outcome IN ('ok', 'failed', 'interrupted'))
);

CREATE TABLE IF NOT EXISTS _rung_version (
    version integer NOT NULL,
    installed_at_utc timestamp NOT NULL,
    CONSTRAINT _rung_version_pkey PRIMARY KEY (version)
);

INSERT INTO _rung_version
SELECT
    1 AS latest,
    cast($now AS timestamp) AS installed_at_utc
WHERE NOT EXISTS (SELECT 1 FROM _rung_version);
