-- Agents verified: the registry of agents is exactly what this step made.
-- seed: 004 Complete SQL DDL Specifications, Agent Management Schema; Integration with Agent Framework, Connection
--   Management

WITH expected (subject, definition, problem) AS (
    VALUES
    ('agents', 'table', 'there is nothing to orchestrate'),
    ('agent_instances', 'table', 'where agents run is unknown'),
    ('agent_capabilities', 'table', 'what agents can do is unknown'),
    ('agent_dependencies', 'table', 'what agents need is unknown'),
    ('agent_connections', 'table', 'agents cannot be told where to connect')
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
    ('agents.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('agents.name', 'text NOT NULL'),
    ('agents.agent_type', 'text NOT NULL'),
    ('agents.status', 'text NOT NULL DEFAULT ''inactive''::text'),
    ('agents.configuration', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('agents.capabilities', 'text[] NOT NULL DEFAULT ''{}''::text[]'),
    ('agents.version', 'integer NOT NULL DEFAULT 1'),
    ('agents.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('agents.updated_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('agents.created_by', 'uuid'),
    ('agent_instances.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('agent_instances.agent_id', 'uuid NOT NULL'),
    ('agent_instances.process_id', 'text'),
    ('agent_instances.host_name', 'text NOT NULL'),
    ('agent_instances.port', 'integer'),
    ('agent_instances.status', 'text NOT NULL DEFAULT ''starting''::text'),
    ('agent_instances.state', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('agent_instances.metrics', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('agent_instances.resources', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('agent_instances.started_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('agent_instances.last_heartbeat', 'timestamp with time zone DEFAULT now()'),
    ('agent_instances.error_count', 'integer NOT NULL DEFAULT 0'),
    ('agent_instances.restart_count', 'integer NOT NULL DEFAULT 0'),
    ('agent_capabilities.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('agent_capabilities.agent_id', 'uuid NOT NULL'),
    ('agent_capabilities.capability_name', 'text NOT NULL'),
    ('agent_capabilities.capability_version', 'text NOT NULL DEFAULT ''1.0.0''::text'),
    ('agent_capabilities.parameters', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('agent_capabilities.enabled', 'boolean NOT NULL DEFAULT true'),
    ('agent_capabilities.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('agent_dependencies.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('agent_dependencies.agent_id', 'uuid NOT NULL'),
    ('agent_dependencies.depends_on_agent_id', 'uuid NOT NULL'),
    ('agent_dependencies.dependency_type', 'text NOT NULL'),
    ('agent_dependencies.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('agent_connections.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('agent_connections.agent_id', 'uuid NOT NULL'),
    ('agent_connections.connection_id', 'text NOT NULL'),
    ('agent_connections.host', 'text NOT NULL'),
    ('agent_connections.port', 'integer NOT NULL'),
    ('agent_connections.database_name', 'text NOT NULL'),
    ('agent_connections.connection_pool_size', 'integer DEFAULT 5'),
    ('agent_connections.max_connections', 'integer DEFAULT 10'),
    ('agent_connections.is_active', 'boolean NOT NULL DEFAULT true'),
    ('agent_connections.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('agent_connections.last_used_at', 'timestamp with time zone DEFAULT now()')
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
    (
        'agents.agents_agent_type_check',
        'CHECK (agent_type = ANY (ARRAY[''analyst''::text, ''architect''::text, ''engineer''::text, '
        || '''operator''::text, ''coordinator''::text, ''specialist''::text]))',
        'accepts a agent_type that nobody knows, or refuses one that is known'
    ),
    (
        'agents.agents_status_check',
        'CHECK (status = ANY (ARRAY[''active''::text, ''inactive''::text, ''error''::text, ''suspended''::text, '
        || '''maintenance''::text]))',
        'accepts a status that nobody knows, or refuses one that is known'
    ),
    ('agents.agents_version_check', 'CHECK (version > 0)', 'accepts a version below 1'),
    ('agents.agents_pkey', 'PRIMARY KEY (id)', 'two rows of agents can have one id'),
    (
        'agents.agents_created_by_fkey',
        'FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL',
        'created_by may name nothing, or deleting the user that it names is refused, or takes this with it'
    ),
    (
        'agent_instances.agent_instances_port_check',
        'CHECK (port >= 1 AND port <= 65535)',
        'accepts an impossible port'
    ),
    (
        'agent_instances.agent_instances_status_check',
        'CHECK (status = ANY (ARRAY[''starting''::text, ''running''::text, ''stopping''::text, ''stopped''::text,'
        || ' ''error''::text, ''crashed''::text]))',
        'accepts a status that nobody knows, or refuses one that is known'
    ),
    (
        'agent_instances.chk_heartbeat_after_start',
        'CHECK (last_heartbeat IS NULL OR last_heartbeat >= started_at)',
        'accepts a heartbeat from before the start'
    ),
    ('agent_instances.agent_instances_error_count_check', 'CHECK (error_count >= 0)', 'accepts a negative count'),
    ('agent_instances.agent_instances_restart_count_check', 'CHECK (restart_count >= 0)', 'accepts a negative count'),
    ('agent_instances.agent_instances_pkey', 'PRIMARY KEY (id)', 'two rows of agent_instances can have one id'),
    (
        'agent_instances.fk_agent_instances_agent',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE',
        'agent_id may name nothing, or what belongs to a deleted agent stays, or forbids to delete it'
    ),
    (
        'agent_capabilities.agent_capabilities_pkey',
        'PRIMARY KEY (id)',
        'two rows of agent_capabilities can have one id'
    ),
    (
        'agent_capabilities.agent_capabilities_agent_id_capability_name_key',
        'UNIQUE (agent_id, capability_name)',
        'an agent can have a capability twice'
    ),
    (
        'agent_capabilities.fk_agent_capabilities_agent',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE',
        'agent_id may name nothing, or what belongs to a deleted agent stays, or forbids to delete it'
    ),
    (
        'agent_dependencies.agent_dependencies_dependency_type_check',
        'CHECK (dependency_type = ANY (ARRAY[''required''::text, ''optional''::text, ''preferred''::text]))',
        'accepts a dependency_type that nobody knows, or refuses one that is known'
    ),
    (
        'agent_dependencies.chk_no_self_dependency',
        'CHECK (agent_id <> depends_on_agent_id)',
        'an agent can wait for itself'
    ),
    (
        'agent_dependencies.agent_dependencies_pkey',
        'PRIMARY KEY (id)',
        'two rows of agent_dependencies can have one id'
    ),
    (
        'agent_dependencies.agent_dependencies_agent_id_depends_on_agent_id_key',
        'UNIQUE (agent_id, depends_on_agent_id)',
        'an agent can need another twice'
    ),
    (
        'agent_dependencies.fk_agent_dependencies_agent',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE',
        'agent_id may name nothing, or what belongs to a deleted agent stays, or forbids to delete it'
    ),
    (
        'agent_dependencies.fk_agent_dependencies_depends',
        'FOREIGN KEY (depends_on_agent_id) REFERENCES agents(id) ON DELETE CASCADE',
        'depends_on_agent_id may name nothing, or what belongs to a deleted agent stays, or forbids to '
        || 'delete it'
    ),
    (
        'agent_connections.agent_connections_port_check',
        'CHECK (port >= 1 AND port <= 65535)',
        'accepts an impossible port'
    ),
    (
        'agent_connections.agent_connections_host_check',
        'CHECK (host ~ ''^([\w.-]+|\[[0-9a-fA-F:.]+\])$''::text)',
        'a host can smuggle another URI into the connection string'
    ),
    (
        'agent_connections.agent_connections_database_name_check',
        'CHECK (database_name ~ ''^[^\s/?#%@&=]+$''::text)',
        'a database name can smuggle options into the connection string'
    ),
    (
        'agent_connections.agent_connections_connection_pool_size_check',
        'CHECK (connection_pool_size > 0)',
        'accepts a pool of nothing'
    ),
    (
        'agent_connections.agent_connections_max_connections_check',
        'CHECK (max_connections >= connection_pool_size)',
        'accepts fewer connections than the pool has'
    ),
    ('agent_connections.agent_connections_pkey', 'PRIMARY KEY (id)', 'two rows of agent_connections can have one id'),
    (
        'agent_connections.agent_connections_agent_id_connection_id_key',
        'UNIQUE (agent_id, connection_id)',
        'a connection can be listed twice'
    ),
    (
        'agent_connections.agent_connections_agent_id_fkey',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE',
        'agent_id may name nothing, or what belongs to a deleted agent stays, or forbids to delete it'
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
        'idx_agents_type_status',
        'CREATE INDEX idx_agents_type_status ON agents USING btree (agent_type, status)',
        'finding active agents of a type reads every agent'
    ),
    (
        'idx_agents_name',
        'CREATE UNIQUE INDEX idx_agents_name ON agents USING btree (name)',
        'two agents can have one name, or finding one reads every agent'
    ),
    (
        'idx_agents_capabilities',
        'CREATE INDEX idx_agents_capabilities ON agents USING gin (capabilities)',
        'finding agents that declare a capability reads every agent'
    ),
    (
        'idx_agents_configuration',
        'CREATE INDEX idx_agents_configuration ON agents USING gin (configuration jsonb_path_ops)',
        'finding agents by their configuration reads every agent'
    ),
    (
        'idx_agents_config_type',
        'CREATE INDEX idx_agents_config_type ON agents USING btree ((configuration ->> ''type''::text))',
        'finding agents by the type in their configuration reads every agent'
    ),
    (
        'agents_created_by_idx',
        'CREATE INDEX agents_created_by_idx ON agents USING btree (created_by) WHERE created_by IS NOT NULL',
        'deleting a user reads every agent'
    ),
    (
        'idx_agent_instances_agent_id',
        'CREATE INDEX idx_agent_instances_agent_id ON agent_instances USING btree (agent_id)',
        'finding the instances of an agent, as deleting it does, reads every instance'
    ),
    (
        'idx_agent_instances_status',
        'CREATE INDEX idx_agent_instances_status ON agent_instances USING btree (status)',
        'finding failed instances reads every instance'
    ),
    (
        'idx_agent_instances_heartbeat',
        'CREATE INDEX idx_agent_instances_heartbeat ON agent_instances USING btree (last_heartbeat) WHERE'
        || ' status = ''running''::text',
        'finding silent instances reads every instance'
    ),
    (
        'idx_agent_instances_host',
        'CREATE INDEX idx_agent_instances_host ON agent_instances USING btree (host_name, status)',
        'finding what runs on a host reads every instance'
    ),
    (
        'agent_capabilities_capability_name_idx',
        'CREATE INDEX agent_capabilities_capability_name_idx ON agent_capabilities USING btree '
        || '(capability_name) WHERE enabled',
        'matching capabilities reads every capability'
    ),
    (
        'agent_dependencies_depends_on_agent_id_idx',
        'CREATE INDEX agent_dependencies_depends_on_agent_id_idx ON agent_dependencies USING btree '
        || '(depends_on_agent_id)',
        'finding what needs an agent, as deleting it does, reads every dependency'
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
        'agents.agents_set_updated_at',
        'CREATE TRIGGER agents_set_updated_at BEFORE UPDATE ON agents FOR EACH ROW EXECUTE FUNCTION '
        || 'set_updated_at()',
        'updated_at does not tell the last change'
    ),
    (
        'agent_dependencies.agent_dependencies_no_cycle',
        'CREATE TRIGGER agent_dependencies_no_cycle BEFORE INSERT OR UPDATE ON agent_dependencies FOR '
        || 'EACH ROW WHEN (new.agent_id <> new.depends_on_agent_id) EXECUTE FUNCTION '
        || 'refuse_dependency_cycle()',
        'agents can wait for each other for ever'
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
        'refuse_dependency_cycle',
        '() RETURNS trigger plpgsql SET search_path=here, pg_temp body 912d0d2a9631',
        'agents can wait for each other for ever'
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
