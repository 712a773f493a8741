-- Configurations verified: settings, their history and flags are kept exactly as this step made it.
-- seed: 004 Complete SQL DDL Specifications, Configuration Schema

WITH expected (subject, definition, problem) AS (
    VALUES
    ('configurations', 'table', 'there are no settings'),
    ('configuration_history', 'table', 'what a setting was before is lost'),
    ('feature_flags', 'table', 'no feature can be switched')
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
    ('configurations.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('configurations.key', 'text NOT NULL'),
    ('configurations.value', 'jsonb NOT NULL'),
    ('configurations.environment', 'text NOT NULL DEFAULT ''production''::text'),
    ('configurations.agent_id', 'uuid'),
    ('configurations.is_encrypted', 'boolean NOT NULL DEFAULT false'),
    ('configurations.is_secret', 'boolean NOT NULL DEFAULT false'),
    ('configurations.description', 'text'),
    ('configurations.version', 'integer NOT NULL DEFAULT 1'),
    ('configurations.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('configurations.updated_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('configurations.created_by', 'uuid'),
    ('configuration_history.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('configuration_history.configuration_id', 'uuid NOT NULL'),
    ('configuration_history.old_value', 'jsonb'),
    ('configuration_history.new_value', 'jsonb'),
    ('configuration_history.changed_by', 'uuid'),
    ('configuration_history.change_reason', 'text'),
    ('configuration_history.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('configuration_history.configuration_key', 'text NOT NULL'),
    ('configuration_history.environment', 'text NOT NULL'),
    ('configuration_history.agent_id', 'uuid'),
    ('feature_flags.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('feature_flags.name', 'text NOT NULL'),
    ('feature_flags.description', 'text'),
    ('feature_flags.is_enabled', 'boolean NOT NULL DEFAULT false'),
    ('feature_flags.conditions', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('feature_flags.rollout_percentage', 'integer DEFAULT 0'),
    ('feature_flags.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('feature_flags.updated_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('feature_flags.created_by', 'uuid')
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

WITH expected (subject, definition, problem) AS (
    VALUES
    ('configurations.configurations_version_check', 'CHECK (version > 0)', 'accepts a version below 1'),
    ('configurations.configurations_pkey', 'PRIMARY KEY (id)', 'two rows of configurations can have one id'),
    (
        'configurations.fk_configurations_agent',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE',
        'agent_id may name nothing, or what belongs to a deleted agent stays, or forbids to delete it'
    ),
    (
        'configurations.configurations_environment_check',
        'CHECK (environment = ANY (ARRAY[''development''::text, ''staging''::text, ''production''::text, '
        || '''testing''::text]))',
        'accepts a environment that nobody knows, or refuses one that is known'
    ),
    (
        'configurations.configurations_created_by_fkey',
        'FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL',
        'created_by may name nothing, or deleting the user that it names is refused, or takes this with it'
    ),
    (
        'configuration_history.configuration_history_values_check',
        'CHECK (old_value IS NOT NULL OR new_value IS NOT NULL)',
        'accepts a change of nothing'
    ),
    (
        'configuration_history.configuration_history_pkey',
        'PRIMARY KEY (id)',
        'two rows of configuration_history can have one id'
    ),
    (
        'feature_flags.feature_flags_rollout_percentage_check',
        'CHECK (rollout_percentage >= 0 AND rollout_percentage <= 100)',
        'accepts less than 0 or more than 100 per cent'
    ),
    ('feature_flags.feature_flags_pkey', 'PRIMARY KEY (id)', 'two rows of feature_flags can have one id'),
    ('feature_flags.feature_flags_name_key', 'UNIQUE (name)', 'two flags can have one name'),
    (
        'feature_flags.feature_flags_created_by_fkey',
        'FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL',
        'created_by may name nothing, or deleting the user that it names is refused, or takes this with it'
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
        'idx_configurations_key_env',
        'CREATE UNIQUE INDEX idx_configurations_key_env ON configurations USING btree (key, environment, '
        || 'agent_id) NULLS NOT DISTINCT',
        'a setting of the whole system can exist twice, or finding one reads every setting'
    ),
    (
        'idx_configurations_agent',
        'CREATE INDEX idx_configurations_agent ON configurations USING btree (agent_id) WHERE agent_id IS'
        || ' NOT NULL',
        'finding the settings of an agent, as deleting it does, reads every setting'
    ),
    (
        'idx_configurations_value',
        'CREATE INDEX idx_configurations_value ON configurations USING gin (value)',
        'finding settings that have a field reads every setting'
    ),
    (
        'idx_configurations_nested',
        'CREATE INDEX idx_configurations_nested ON configurations USING gin (value jsonb_path_ops)',
        'finding settings by a value inside them reads every setting'
    ),
    (
        'configurations_created_by_idx',
        'CREATE INDEX configurations_created_by_idx ON configurations USING btree (created_by) WHERE '
        || 'created_by IS NOT NULL',
        'deleting a user reads every setting'
    ),
    (
        'configuration_history_configuration_id_idx',
        'CREATE INDEX configuration_history_configuration_id_idx ON configuration_history USING btree '
        || '(configuration_id, created_at)',
        'the history of a setting, latest first, reads all history'
    ),
    (
        'idx_feature_flags_enabled',
        'CREATE INDEX idx_feature_flags_enabled ON feature_flags USING btree (is_enabled, name)',
        'finding the flags that are on, by name, reads every flag'
    ),
    (
        'feature_flags_created_by_idx',
        'CREATE INDEX feature_flags_created_by_idx ON feature_flags USING btree (created_by) WHERE '
        || 'created_by IS NOT NULL',
        'deleting a user reads every flag'
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
        'configurations.configurations_set_updated_at',
        'CREATE TRIGGER configurations_set_updated_at BEFORE UPDATE ON configurations FOR EACH ROW '
        || 'EXECUTE FUNCTION set_updated_at()',
        'updated_at does not tell the last change'
    ),
    (
        'configurations.configurations_history',
        'CREATE TRIGGER configurations_history AFTER INSERT OR DELETE OR UPDATE ON configurations FOR '
        || 'EACH ROW EXECUTE FUNCTION record_configuration_change()',
        'changes of a setting leave no history'
    ),
    (
        'feature_flags.feature_flags_set_updated_at',
        'CREATE TRIGGER feature_flags_set_updated_at BEFORE UPDATE ON feature_flags FOR EACH ROW EXECUTE '
        || 'FUNCTION set_updated_at()',
        'updated_at does not tell the last change'
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
        'record_configuration_change',
        '() RETURNS trigger plpgsql SECURITY DEFINER SET search_path=here, pg_temp body 370e66c6d651',
        'the history of a setting is missing, forged, or tells secrets'
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
