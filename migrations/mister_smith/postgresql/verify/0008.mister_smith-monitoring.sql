-- Monitoring verified: trail, metrics, errors and health checks are exactly what this step made.
-- seed: 004 Complete SQL DDL Specifications, Monitoring Schema; JSONB-Specific Indexes

WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'audit_log',
        'table PARTITION BY RANGE (created_at)',
        'nothing is audited, or a month cannot be archived as a whole'
    ),
    (
        'audit_log_default',
        'table PARTITION OF audit_log DEFAULT',
        'an audit entry outside the months that were made is refused'
    ),
    (
        'metrics',
        'table PARTITION BY RANGE (recorded_at)',
        'nothing is measured, or a month cannot be dropped as a whole'
    ),
    ('metrics_default', 'table PARTITION OF metrics DEFAULT', 'a metric outside the months that were made is refused'),
    ('errors', 'table', 'errors are not kept'),
    ('health_checks', 'table', 'health is not kept')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname::text,
        concat_ws(
            ' ',
            CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
            'table',
            'PARTITION BY ' || pg_get_partkeydef(c.oid),
            'PARTITION OF ' || i.inhparent::regclass::text,
            pg_get_expr(c.relpartbound, c.oid),
            array_to_string(c.reloptions, ', ')
        )
    FROM pg_class AS c
    LEFT JOIN pg_inherits AS i ON c.oid = i.inhrelid
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relkind IN ('r', 'p')
        -- As an array, so that an index finds them.
        AND c.relname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

WITH expected (subject, definition) AS (
    VALUES
    ('audit_log.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('audit_log.event_type', 'text NOT NULL'),
    ('audit_log.agent_id', 'uuid'),
    ('audit_log.user_id', 'uuid'),
    ('audit_log.resource_type', 'text'),
    ('audit_log.resource_id', 'uuid'),
    ('audit_log.action', 'text NOT NULL'),
    ('audit_log.old_values', 'jsonb'),
    ('audit_log.new_values', 'jsonb'),
    ('audit_log.metadata', 'jsonb DEFAULT ''{}''::jsonb'),
    ('audit_log.ip_address', 'inet'),
    ('audit_log.user_agent', 'text'),
    ('audit_log.session_id', 'uuid'),
    ('audit_log.correlation_id', 'uuid'),
    ('audit_log.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('metrics.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('metrics.agent_id', 'uuid'),
    ('metrics.metric_name', 'text NOT NULL'),
    ('metrics.metric_value', 'numeric NOT NULL'),
    ('metrics.metric_type', 'text NOT NULL'),
    ('metrics.tags', 'jsonb DEFAULT ''{}''::jsonb'),
    ('metrics.unit', 'text'),
    ('metrics.recorded_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('errors.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('errors.agent_id', 'uuid'),
    ('errors.error_type', 'text NOT NULL'),
    ('errors.error_code', 'text'),
    ('errors.message', 'text NOT NULL'),
    ('errors.stack_trace', 'text'),
    ('errors.context', 'jsonb DEFAULT ''{}''::jsonb'),
    ('errors.severity', 'text NOT NULL'),
    ('errors.is_resolved', 'boolean NOT NULL DEFAULT false'),
    ('errors.resolved_at', 'timestamp with time zone'),
    ('errors.resolved_by', 'uuid'),
    ('errors.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('health_checks.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('health_checks.agent_id', 'uuid'),
    ('health_checks.check_name', 'text NOT NULL'),
    ('health_checks.status', 'text NOT NULL'),
    ('health_checks.response_time_ms', 'integer'),
    ('health_checks.details', 'jsonb DEFAULT ''{}''::jsonb'),
    ('health_checks.checked_at', 'timestamp with time zone NOT NULL DEFAULT now()')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname || '.' || a.attname,
        concat_ws(
            ' ',
            format_type(a.atttypid, a.atttypmod),
            'COLLATE ' || (
                SELECT a.attcollation::regcollation::text
                FROM pg_type AS t
                WHERE t.oid = a.atttypid AND t.typcollation <> a.attcollation
            ),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT' ELSE 'GENERATED ' || a.attgenerated::text END
            || ' ' || (
                SELECT pg_get_expr(d.adbin, d.adrelid, TRUE)
                FROM pg_attrdef AS d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
            ),
            'IDENTITY ' || nullif(a.attidentity::text, '')
        )
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname = any(array(SELECT split_part(e.subject, '.', 1) FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE
    a.definition IS DISTINCT FROM e.definition
    AND to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) IS NOT NULL;

-- A partition that is stricter than its parent refuses rows that the parent takes.
WITH partitions (id, name, parent_id, parent_name) AS (
    SELECT
        c.oid AS id,
        c.relname AS name,
        p.oid AS parent_id,
        p.relname AS parent_name
    FROM pg_class AS p
    INNER JOIN pg_inherits AS i ON p.oid = i.inhparent
    INNER JOIN pg_class AS c ON i.inhrelid = c.oid
    WHERE
        p.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND p.relname IN ('audit_log', 'metrics')
        AND c.relkind = 'r'
),

columns (table_id, name, is_not_null, default_value) AS (
    SELECT
        a.attrelid,
        a.attname,
        a.attnotnull,
        (
            SELECT pg_get_expr(d.adbin, d.adrelid)
            FROM pg_attrdef AS d
            WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
        )
    FROM pg_attribute AS a
    WHERE
        a.attrelid = any(array(SELECT unnest(ARRAY[p.id, p.parent_id]) FROM partitions AS p))
        AND a.attnum > 0
        AND NOT a.attisdropped
)

SELECT
    p.name || '.' || own.name AS subject,
    'is not as in ' || p.parent_name || ': NOT NULL or the default differs' AS problem
FROM partitions AS p
INNER JOIN columns AS own ON p.id = own.table_id
INNER JOIN columns AS its ON p.parent_id = its.table_id AND own.name = its.name
WHERE (own.is_not_null, own.default_value) IS DISTINCT FROM (its.is_not_null, its.default_value);

WITH expected (subject, definition, problem) AS (
    VALUES
    ('audit_log.audit_log_pkey', 'PRIMARY KEY (id, created_at)', 'two rows of audit_log can be the same'),
    (
        'metrics.metrics_metric_type_check',
        'CHECK (metric_type = ANY (ARRAY[''counter''::text, ''gauge''::text, ''histogram''::text, '
        || '''timer''::text]))',
        'accepts a metric_type that nobody knows, or refuses one that is known'
    ),
    ('metrics.metrics_pkey', 'PRIMARY KEY (id, recorded_at)', 'two rows of metrics can be the same'),
    (
        'errors.errors_severity_check',
        'CHECK (severity = ANY (ARRAY[''low''::text, ''medium''::text, ''high''::text, ''critical''::text]))',
        'accepts a severity that nobody knows, or refuses one that is known'
    ),
    (
        'errors.errors_resolved_at_check',
        'CHECK (resolved_at IS NULL OR is_resolved AND resolved_at >= created_at)',
        'accepts an error that was resolved while open, or before it happened'
    ),
    ('errors.errors_pkey', 'PRIMARY KEY (id)', 'two rows of errors can have one id'),
    (
        'errors.errors_agent_id_fkey',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL',
        'agent_id may name nothing, or deleting the agent that it names is refused, or takes this with it'
    ),
    (
        'errors.errors_resolved_by_fkey',
        'FOREIGN KEY (resolved_by) REFERENCES users(id) ON DELETE SET NULL',
        'resolved_by may name nothing, or deleting the user that it names is refused, or takes this with it'
    ),
    (
        'health_checks.health_checks_status_check',
        'CHECK (status = ANY (ARRAY[''healthy''::text, ''degraded''::text, ''unhealthy''::text, '
        || '''unknown''::text]))',
        'accepts a status that nobody knows, or refuses one that is known'
    ),
    ('health_checks.health_checks_response_time_ms_check', 'CHECK (response_time_ms >= 0)', 'accepts a negative time'),
    ('health_checks.health_checks_pkey', 'PRIMARY KEY (id)', 'two rows of health_checks can have one id'),
    (
        'health_checks.health_checks_agent_id_fkey',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE SET NULL',
        'agent_id may name nothing, or deleting the agent that it names is refused, or takes this with it'
    )
)

SELECT
    e.subject,
    coalesce('is now ' || pg_get_constraintdef(k.oid, TRUE), 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN pg_constraint AS k
    ON
        to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) = k.conrelid
        AND split_part(e.subject, '.', 2) = k.conname
WHERE pg_get_constraintdef(k.oid, TRUE) IS DISTINCT FROM e.definition;

WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'idx_audit_log_agent_time',
        'CREATE INDEX idx_audit_log_agent_time ON ONLY audit_log USING btree (agent_id, created_at)',
        'the trail of an agent reads the whole trail'
    ),
    (
        'idx_audit_log_user_time',
        'CREATE INDEX idx_audit_log_user_time ON ONLY audit_log USING btree (user_id, created_at)',
        'the trail of a user reads the whole trail'
    ),
    (
        'idx_audit_log_event_type',
        'CREATE INDEX idx_audit_log_event_type ON ONLY audit_log USING btree (event_type, created_at)',
        'the trail of an event reads the whole trail'
    ),
    (
        'idx_audit_metadata',
        'CREATE INDEX idx_audit_metadata ON ONLY audit_log USING gin (metadata jsonb_path_ops)',
        'finding entries by their metadata reads the whole trail'
    ),
    (
        'audit_log_created_at_idx',
        'CREATE INDEX audit_log_created_at_idx ON ONLY audit_log USING btree (created_at)',
        'the trail of a period, latest first, reads and sorts a whole month'
    ),
    (
        'idx_metrics_agent_time',
        'CREATE INDEX idx_metrics_agent_time ON ONLY metrics USING btree (agent_id, recorded_at)',
        'the metrics of an agent read every metric'
    ),
    (
        'idx_metrics_name_time',
        'CREATE INDEX idx_metrics_name_time ON ONLY metrics USING btree (metric_name, recorded_at)',
        'one metric over time reads every metric'
    ),
    (
        'idx_metrics_tags',
        'CREATE INDEX idx_metrics_tags ON ONLY metrics USING gin (tags jsonb_path_ops)',
        'finding metrics by a tag reads every metric'
    ),
    (
        'metrics_metric_type_recorded_at_idx',
        'CREATE INDEX metrics_metric_type_recorded_at_idx ON ONLY metrics USING btree (metric_type, '
        || 'recorded_at)',
        'the metrics of the last hour read a whole month'
    ),
    (
        'idx_errors_agent_severity',
        'CREATE INDEX idx_errors_agent_severity ON errors USING btree (agent_id, severity, is_resolved)',
        'the open errors of an agent, and deleting it, read every error'
    ),
    (
        'errors_resolved_by_idx',
        'CREATE INDEX errors_resolved_by_idx ON errors USING btree (resolved_by) WHERE resolved_by IS NOT NULL',
        'deleting a user reads every error'
    ),
    (
        'idx_health_checks_agent_time',
        'CREATE INDEX idx_health_checks_agent_time ON health_checks USING btree (agent_id, checked_at)',
        'the checks of an agent, and deleting it, read every check'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        e.subject,
        pg_get_indexdef(i.indexrelid, 0, TRUE) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    FROM expected AS e
    INNER JOIN pg_index AS i ON to_regclass(quote_ident(current_schema()) || '.' || e.subject) = i.indexrelid
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'audit_log.audit_log_append_only',
        'CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE ON audit_log FOR EACH ROW EXECUTE '
        || 'FUNCTION refuse_change() ALWAYS',
        'entries of the audit trail can be changed or deleted'
    ),
    (
        'audit_log_default.audit_log_append_only',
        'CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE ON audit_log_default FOR EACH ROW '
        || 'EXECUTE FUNCTION refuse_change() ALWAYS',
        'entries of the audit trail can be changed or deleted'
    ),
    (
        'audit_log.audit_log_no_truncate',
        'CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE '
        || 'FUNCTION refuse_change() ALWAYS',
        'the audit trail can be emptied'
    ),
    (
        'audit_log_default.audit_log_no_truncate',
        'CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log_default FOR EACH STATEMENT '
        || 'EXECUTE FUNCTION refuse_change() ALWAYS',
        'the audit trail can be emptied'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        e.subject,
        pg_get_triggerdef(t.oid, TRUE)
        || CASE t.tgenabled WHEN 'O' THEN '' WHEN 'A' THEN ' ALWAYS' WHEN 'D' THEN ' DISABLED' ELSE ' REPLICA' END
    FROM expected AS e
    INNER JOIN pg_trigger AS t
        ON
            to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) = t.tgrelid
            AND split_part(e.subject, '.', 2) = t.tgname
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

-- The body is compared by the beginning of its SHA-256; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'refuse_change',
        '() RETURNS trigger plpgsql SET search_path=here, pg_temp body 46ecb1203332',
        'the audit trail can be changed'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        p.proname::text,
        concat_ws(
            ' ',
            '(' || pg_get_function_arguments(p.oid) || ')',
            'RETURNS ' || pg_get_function_result(p.oid),
            (
                SELECT l.lanname
                FROM pg_language AS l
                WHERE l.oid = p.prolang
            ),
            CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END,
            CASE WHEN p.proisstrict THEN 'STRICT' END,
            CASE WHEN p.proleakproof THEN 'LEAKPROOF' END,
            CASE p.proparallel WHEN 's' THEN 'PARALLEL SAFE' WHEN 'r' THEN 'PARALLEL RESTRICTED' END,
            CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END,
            'SET ' || replace(
                array_to_string(p.proconfig, ', '), quote_ident(current_schema()) || ', pg_temp', 'here, pg_temp'
            ),
            'body ' || left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 12),
            CASE WHEN has_function_privilege('public', p.oid, 'EXECUTE') THEN 'EXECUTE by PUBLIC' END
        )
    FROM pg_proc AS p
    WHERE
        p.pronamespace = to_regnamespace(quote_ident(current_schema()))
        AND p.proname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;
