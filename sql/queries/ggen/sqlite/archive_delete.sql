-- Archive, second half: deletes what is older than a moment and proven to be in the archive, word for word.
-- seed: 001 Risk Assessment, Mitigation; Next Steps, Monitoring
-- differs: the original names a quarterly archival at 500 MB and leaves it at that
-- params: archive (file of the archive after archive_copy), before (first moment to keep)
-- writes: yes

-- Outside a transaction, after archive_copy with the same moment. Only this database is written, so it can be killed
-- and repeated at any time. What has changed since it was copied stays until archive_copy has run again; archive_due
-- shows what has stayed. The space comes back with vacuum.
ATTACH DATABASE :archive AS archive;

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

-- A deletion comes first: it takes the lock that makes everything after it see the same, final state.
BEGIN;

DELETE FROM main.audit_log
WHERE
    id IN (
        SELECT a.id
        FROM main.audit_log AS a
        INNER JOIN archive.audit_log AS x ON a.id = x.id
        WHERE
            a.created_at < (SELECT k.first_kept FROM cutoff AS k)
            AND (
                x.timestamp, x.agent_id, x.operation, x.status, x.duration_ms, x.error_message, x.context_json,
                x.created_at
            ) IS (
                a.timestamp, a.agent_id, a.operation, a.status, a.duration_ms, a.error_message, a.context_json,
                a.created_at
            )
    );

DELETE FROM main.collision_detection
WHERE
    id IN (
        SELECT c.id
        FROM main.collision_detection AS c
        INNER JOIN archive.collision_detection AS x ON c.id = x.id
        WHERE
            c.created_at < (SELECT k.first_kept FROM cutoff AS k)
            AND (
                x.session_id, x.agent_id_1, x.agent_id_2, x.collision_type, x.description, x.resolution,
                x.severity, x.timestamp, x.created_at
            ) IS (
                c.session_id, c.agent_id_1, c.agent_id_2, c.collision_type, c.description, c.resolution,
                c.severity, c.timestamp, c.created_at
            )
    );

-- An execution goes whole or not at all: with all of its metrics and violations, or with none.
CREATE TEMPORARY TABLE proven (
    execution_id TEXT NOT NULL,
    CONSTRAINT proven_pkey PRIMARY KEY (execution_id)
);

INSERT INTO proven (execution_id)
SELECT r.execution_id
FROM main.receipts AS r
WHERE
    r.created_at < (SELECT k.first_kept FROM cutoff AS k)
    AND EXISTS (
        SELECT 1
        FROM archive.receipts AS x
        WHERE
            x.id = r.id
            AND (
                x.execution_id, x.agent_id, x.operation, x.status, x.timestamp, x.manifest_hash,
                x.ontology_hash, x.files_generated, x.files_modified, x.duration_ms, x.receipt_json,
                x.error_message, x.environment, x.created_at, x.session_id
            ) IS (
                r.execution_id, r.agent_id, r.operation, r.status, r.timestamp, r.manifest_hash,
                r.ontology_hash, r.files_generated, r.files_modified, r.duration_ms, r.receipt_json,
                r.error_message, r.environment, r.created_at, r.session_id
            )
    )
    AND NOT EXISTS (
        SELECT 1
        FROM main.pipeline_metrics AS m
        WHERE
            m.execution_id = r.execution_id
            AND NOT EXISTS (
                SELECT 1
                FROM archive.pipeline_metrics AS x
                WHERE
                    x.id = m.id
                    AND (
                        x.execution_id, x.stage, x.duration_ms, x.input_size_bytes, x.output_size_bytes,
                        x.status, x.error_message, x.timestamp, x.created_at
                    ) IS (
                        m.execution_id, m.stage, m.duration_ms, m.input_size_bytes, m.output_size_bytes,
                        m.status, m.error_message, m.timestamp, m.created_at
                    )
            )
    )
    AND NOT EXISTS (
        SELECT 1
        FROM main.slo_violations AS v
        WHERE
            v.execution_id = r.execution_id
            AND NOT EXISTS (
                SELECT 1
                FROM archive.slo_violations AS x
                WHERE
                    x.id = v.id
                    AND (
                        x.execution_id, x.metric, x.target_value, x.actual_value, x.severity, x.description,
                        x.timestamp, x.created_at
                    ) IS (
                        v.execution_id, v.metric, v.target_value, v.actual_value, v.severity, v.description,
                        v.timestamp, v.created_at
                    )
            )
    );

-- Children before parents.
DELETE FROM main.slo_violations
WHERE execution_id IN (SELECT p.execution_id FROM proven AS p);

DELETE FROM main.pipeline_metrics
WHERE execution_id IN (SELECT p.execution_id FROM proven AS p);

DELETE FROM main.receipts
WHERE execution_id IN (SELECT p.execution_id FROM proven AS p);

DROP TABLE proven;

-- A session stays while it runs, and as long as anything refers to it.
DELETE FROM main.workflow_sessions
WHERE
    id IN (
        SELECT s.id
        FROM main.workflow_sessions AS s
        INNER JOIN archive.workflow_sessions AS x ON s.id = x.id
        WHERE
            s.created_at < (SELECT k.first_kept FROM cutoff AS k)
            AND s.status <> 'running'
            AND NOT EXISTS (
                SELECT 1
                FROM main.receipts AS r
                WHERE r.session_id = s.session_id
            )
            AND NOT EXISTS (
                SELECT 1
                FROM main.collision_detection AS c
                WHERE c.session_id = s.session_id
            )
            AND (
                x.session_id, x.start_time, x.end_time, x.status, x.agent_count, x.total_duration_ms,
                x.successful_operations, x.failed_operations, x.context_json, x.created_at
            ) IS (
                s.session_id, s.start_time, s.end_time, s.status, s.agent_count, s.total_duration_ms,
                s.successful_operations, s.failed_operations, s.context_json, s.created_at
            )
    );

COMMIT;

DROP TABLE cutoff;

DETACH DATABASE archive;
