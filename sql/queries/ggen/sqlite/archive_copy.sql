-- Archive, first half: copies what is older than a moment into an archive, which is a ggen database of its own.
-- seed: 001 Risk Assessment, Mitigation; Next Steps, Monitoring
-- differs: the original names a quarterly archival at 500 MB and leaves it at that
-- params: archive (file of the archive on which all steps were applied), before (first moment to keep)
-- writes: yes

-- Outside a transaction. Only the archive is written, so a crash can leave no row in neither file, and the whole can
-- be repeated at any time: what is there already is brought up to date. One archive belongs to one database: a row of
-- another database under the same id is not overwritten. What agents remember is never old, and stays.
ATTACH DATABASE :archive AS archive;

-- What archive_delete finds in the archive must be on the disk, even after a power failure.
PRAGMA archive.synchronous = FULL;

-- A wrong argument stops here; a client that carries on after an error then finds no cutoff, and nothing is due.
CREATE TEMPORARY TABLE cutoff (
    first_kept TEXT NOT NULL,
    archive_is_another_file INTEGER NOT NULL,
    CONSTRAINT cutoff_archive_is_another_file_check CHECK (archive_is_another_file)
);

INSERT INTO cutoff (first_kept, archive_is_another_file)
SELECT
    datetime(:before) AS first_kept,
    m.file <> a.file AS archive_is_another_file
FROM pragma_database_list AS m
CROSS JOIN pragma_database_list AS a
WHERE m.name = 'main' AND a.name = 'archive';

BEGIN;

-- Parents first. A session goes along as soon as anything of it does, and is refreshed here until it goes itself.
INSERT INTO archive.workflow_sessions (
    id, session_id, start_time, end_time, status, agent_count, total_duration_ms, successful_operations,
    failed_operations, context_json, created_at
)
SELECT
    s.id,
    s.session_id,
    s.start_time,
    s.end_time,
    s.status,
    s.agent_count,
    s.total_duration_ms,
    s.successful_operations,
    s.failed_operations,
    s.context_json,
    s.created_at
FROM main.workflow_sessions AS s
WHERE
    s.created_at < (SELECT k.first_kept FROM cutoff AS k)
    OR s.session_id IN (
        SELECT r.session_id FROM main.receipts AS r
        WHERE r.created_at < (SELECT k.first_kept FROM cutoff AS k)
    )
    OR s.session_id IN (
        SELECT c.session_id FROM main.collision_detection AS c
        WHERE c.created_at < (SELECT k.first_kept FROM cutoff AS k)
    )
ON CONFLICT (id) DO UPDATE
SET
    start_time = excluded.start_time,
    end_time = excluded.end_time,
    status = excluded.status,
    agent_count = excluded.agent_count,
    total_duration_ms = excluded.total_duration_ms,
    successful_operations = excluded.successful_operations,
    failed_operations = excluded.failed_operations,
    context_json = excluded.context_json,
    created_at = excluded.created_at
WHERE workflow_sessions.session_id = excluded.session_id;

INSERT INTO archive.receipts (
    id, execution_id, agent_id, operation, status, timestamp, manifest_hash, ontology_hash, files_generated,
    files_modified, duration_ms, receipt_json, error_message, environment, created_at, session_id
)
SELECT
    r.id,
    r.execution_id,
    r.agent_id,
    r.operation,
    r.status,
    r.timestamp,
    r.manifest_hash,
    r.ontology_hash,
    r.files_generated,
    r.files_modified,
    r.duration_ms,
    r.receipt_json,
    r.error_message,
    r.environment,
    r.created_at,
    r.session_id
FROM main.receipts AS r
WHERE r.created_at < (SELECT k.first_kept FROM cutoff AS k)
ON CONFLICT (id) DO UPDATE
SET
    agent_id = excluded.agent_id,
    operation = excluded.operation,
    status = excluded.status,
    timestamp = excluded.timestamp,
    manifest_hash = excluded.manifest_hash,
    ontology_hash = excluded.ontology_hash,
    files_generated = excluded.files_generated,
    files_modified = excluded.files_modified,
    duration_ms = excluded.duration_ms,
    receipt_json = excluded.receipt_json,
    error_message = excluded.error_message,
    environment = excluded.environment,
    created_at = excluded.created_at,
    session_id = excluded.session_id
WHERE receipts.execution_id = excluded.execution_id;

-- Metrics and violations belong to their execution and go with it, whenever they were written.
INSERT INTO archive.pipeline_metrics (
    id, execution_id, stage, duration_ms, input_size_bytes, output_size_bytes, status, error_message, timestamp,
    created_at
)
SELECT
    m.id,
    m.execution_id,
    m.stage,
    m.duration_ms,
    m.input_size_bytes,
    m.output_size_bytes,
    m.status,
    m.error_message,
    m.timestamp,
    m.created_at
FROM main.pipeline_metrics AS m
WHERE
    m.execution_id IN (
        SELECT r.execution_id
        FROM main.receipts AS r
        WHERE r.created_at < (SELECT k.first_kept FROM cutoff AS k)
    )
ON CONFLICT (id) DO UPDATE
SET
    stage = excluded.stage,
    duration_ms = excluded.duration_ms,
    input_size_bytes = excluded.input_size_bytes,
    output_size_bytes = excluded.output_size_bytes,
    status = excluded.status,
    error_message = excluded.error_message,
    timestamp = excluded.timestamp,
    created_at = excluded.created_at
WHERE pipeline_metrics.execution_id = excluded.execution_id;

INSERT INTO archive.slo_violations (
    id, execution_id, metric, target_value, actual_value, severity, description, timestamp, created_at
)
SELECT
    v.id,
    v.execution_id,
    v.metric,
    v.target_value,
    v.actual_value,
    v.severity,
    v.description,
    v.timestamp,
    v.created_at
FROM main.slo_violations AS v
WHERE
    v.execution_id IN (
        SELECT r.execution_id
        FROM main.receipts AS r
        WHERE r.created_at < (SELECT k.first_kept FROM cutoff AS k)
    )
ON CONFLICT (id) DO UPDATE
SET
    metric = excluded.metric,
    target_value = excluded.target_value,
    actual_value = excluded.actual_value,
    severity = excluded.severity,
    description = excluded.description,
    timestamp = excluded.timestamp,
    created_at = excluded.created_at
WHERE slo_violations.execution_id = excluded.execution_id;

-- Refreshed too, as a resolution may come late.
INSERT INTO archive.collision_detection (
    id, session_id, agent_id_1, agent_id_2, collision_type, description, resolution, severity, timestamp,
    created_at
)
SELECT
    c.id,
    c.session_id,
    c.agent_id_1,
    c.agent_id_2,
    c.collision_type,
    c.description,
    c.resolution,
    c.severity,
    c.timestamp,
    c.created_at
FROM main.collision_detection AS c
WHERE c.created_at < (SELECT k.first_kept FROM cutoff AS k)
ON CONFLICT (id) DO UPDATE
SET
    agent_id_1 = excluded.agent_id_1,
    agent_id_2 = excluded.agent_id_2,
    collision_type = excluded.collision_type,
    description = excluded.description,
    resolution = excluded.resolution,
    severity = excluded.severity,
    timestamp = excluded.timestamp,
    created_at = excluded.created_at
WHERE collision_detection.session_id = excluded.session_id;

-- An entry of the trail, once archived, is never written again.
INSERT INTO archive.audit_log (
    id, timestamp, agent_id, operation, status, duration_ms, error_message, context_json, created_at
)
SELECT
    a.id,
    a.timestamp,
    a.agent_id,
    a.operation,
    a.status,
    a.duration_ms,
    a.error_message,
    a.context_json,
    a.created_at
FROM main.audit_log AS a
WHERE a.created_at < (SELECT k.first_kept FROM cutoff AS k)
ON CONFLICT (id) DO NOTHING;

COMMIT;

DROP TABLE cutoff;

DETACH DATABASE archive;
