-- Agents: what the framework orchestrates, where each runs, what it can do and what it needs.
-- seed: 004 Complete SQL DDL Specifications, Agent Management Schema; Integration with Agent Framework, Connection
--   Management
-- differs: agents do not depend on each other in a circle; ports, sizes and counters are possible ones; a connection
--   holds a host and a database name that form no other URI; one foreign key for each column; created_by is a user
-- depends: 0002.mister_smith-users

CREATE TABLE agents (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    agent_type text NOT NULL,
    status text NOT NULL DEFAULT 'inactive',
    configuration jsonb NOT NULL DEFAULT '{}',
    capabilities text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    CONSTRAINT agents_pkey PRIMARY KEY (id),
    CONSTRAINT agents_created_by_fkey FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT agents_agent_type_check CHECK (agent_type IN (
        'analyst', 'architect', 'engineer', 'operator', 'coordinator', 'specialist'
    )),
    CONSTRAINT agents_status_check CHECK (status IN (
        'active', 'inactive', 'error', 'suspended', 'maintenance'
    )),
    CONSTRAINT agents_version_check CHECK (version > 0)
);

CREATE INDEX idx_agents_type_status ON agents (agent_type, status);

-- The name is unique by this index, which the seed makes beside a unique constraint.
CREATE UNIQUE INDEX idx_agents_name ON agents (name);

-- Agents that declare a set of capabilities: capabilities @> ARRAY[…].
CREATE INDEX idx_agents_capabilities ON agents USING gin (capabilities);

-- Agents configured in some way: configuration @> '{…}'. A third of the size of the seed's operator class.
CREATE INDEX idx_agents_configuration ON agents USING gin (configuration jsonb_path_ops);

-- Agents by configuration ->> 'type'; the seed's GIN index on the same would serve no comparison.
CREATE INDEX idx_agents_config_type ON agents ((configuration ->> 'type'));

CREATE INDEX agents_created_by_idx ON agents (created_by) WHERE created_by IS NOT NULL;

CREATE TRIGGER agents_set_updated_at BEFORE UPDATE ON agents
FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE agent_instances (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL,
    process_id text,
    host_name text NOT NULL,
    port integer,
    status text NOT NULL DEFAULT 'starting',
    state jsonb NOT NULL DEFAULT '{}',
    metrics jsonb NOT NULL DEFAULT '{}',
    resources jsonb NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL DEFAULT now(),
    last_heartbeat timestamptz DEFAULT now(),
    error_count integer NOT NULL DEFAULT 0,
    restart_count integer NOT NULL DEFAULT 0,
    CONSTRAINT agent_instances_pkey PRIMARY KEY (id),
    CONSTRAINT fk_agent_instances_agent FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE,
    CONSTRAINT agent_instances_port_check CHECK (port BETWEEN 1 AND 65535),
    CONSTRAINT agent_instances_status_check CHECK (status IN (
        'starting', 'running', 'stopping', 'stopped', 'error', 'crashed'
    )),
    CONSTRAINT chk_heartbeat_after_start CHECK (last_heartbeat IS NULL OR last_heartbeat >= started_at),
    CONSTRAINT agent_instances_error_count_check CHECK (error_count >= 0),
    CONSTRAINT agent_instances_restart_count_check CHECK (restart_count >= 0)
);

CREATE INDEX idx_agent_instances_agent_id ON agent_instances (agent_id);

CREATE INDEX idx_agent_instances_status ON agent_instances (status);

-- Running instances that have gone silent.
CREATE INDEX idx_agent_instances_heartbeat ON agent_instances (last_heartbeat) WHERE status = 'running';

CREATE INDEX idx_agent_instances_host ON agent_instances (host_name, status);

CREATE TABLE agent_capabilities (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL,
    capability_name text NOT NULL,
    capability_version text NOT NULL DEFAULT '1.0.0',
    parameters jsonb NOT NULL DEFAULT '{}',
    enabled boolean NOT NULL DEFAULT TRUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agent_capabilities_pkey PRIMARY KEY (id),
    CONSTRAINT agent_capabilities_agent_id_capability_name_key UNIQUE (agent_id, capability_name),
    CONSTRAINT fk_agent_capabilities_agent FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE
);

-- Not in the seed, whose capability matching reads every capability of every agent.
CREATE INDEX agent_capabilities_capability_name_idx ON agent_capabilities (capability_name) WHERE enabled;

CREATE TABLE agent_dependencies (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL,
    depends_on_agent_id uuid NOT NULL,
    dependency_type text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agent_dependencies_pkey PRIMARY KEY (id),
    CONSTRAINT agent_dependencies_agent_id_depends_on_agent_id_key UNIQUE (agent_id, depends_on_agent_id),
    CONSTRAINT fk_agent_dependencies_agent FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE,
    CONSTRAINT fk_agent_dependencies_depends FOREIGN KEY (depends_on_agent_id)
    REFERENCES agents (id) ON DELETE CASCADE,
    CONSTRAINT agent_dependencies_dependency_type_check CHECK (dependency_type IN (
        'required', 'optional', 'preferred'
    )),
    CONSTRAINT chk_no_self_dependency CHECK (agent_id <> depends_on_agent_id)
);

CREATE INDEX agent_dependencies_depends_on_agent_id_idx ON agent_dependencies (depends_on_agent_id);

SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

-- Agents that wait for each other never start. Writers take turns until they commit: two transactions that each add
-- half of a circle would otherwise not see each other.
CREATE FUNCTION refuse_dependency_cycle() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
    circle boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(TG_RELID::integer, 0);
    WITH RECURSIVE needed (agent_id) AS (
        VALUES (NEW.depends_on_agent_id)
        UNION
        SELECT d.depends_on_agent_id
        FROM agent_dependencies AS d
        INNER JOIN needed AS n ON d.agent_id = n.agent_id
        WHERE d.id <> NEW.id
    )
    SELECT count(*) > 0 INTO circle
    FROM needed AS n
    WHERE n.agent_id = NEW.agent_id;
    IF circle THEN
        RAISE EXCEPTION 'agent % cannot depend on agent %, which depends on it', NEW.agent_id, NEW.depends_on_agent_id
        USING
            ERRCODE = 'check_violation',
            TABLE = TG_TABLE_NAME,
            SCHEMA = TG_TABLE_SCHEMA,
            CONSTRAINT = 'agent_dependencies_no_cycle';
    END IF;
    RETURN NEW;
END;
$$;

REVOKE ALL ON FUNCTION refuse_dependency_cycle() FROM public;

CREATE TRIGGER agent_dependencies_no_cycle BEFORE INSERT OR UPDATE ON agent_dependencies
FOR EACH ROW WHEN (NEW.agent_id <> NEW.depends_on_agent_id) EXECUTE FUNCTION refuse_dependency_cycle();

CREATE TABLE agent_connections (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL,
    connection_id text NOT NULL,
    host text NOT NULL,
    port integer NOT NULL,
    database_name text NOT NULL,
    connection_pool_size integer DEFAULT 5,
    max_connections integer DEFAULT 10,
    is_active boolean NOT NULL DEFAULT TRUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz DEFAULT now(),
    CONSTRAINT agent_connections_pkey PRIMARY KEY (id),
    CONSTRAINT agent_connections_agent_id_connection_id_key UNIQUE (agent_id, connection_id),
    CONSTRAINT agent_connections_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE,
    -- A name or an address, IPv6 in brackets: nothing that would end the host part of a URI.
    CONSTRAINT agent_connections_host_check CHECK (host ~ '^([\w.-]+|\[[0-9a-fA-F:.]+\])$'),
    CONSTRAINT agent_connections_port_check CHECK (port BETWEEN 1 AND 65535),
    CONSTRAINT agent_connections_database_name_check CHECK (database_name ~ '^[^\s/?#%@&=]+$'),
    CONSTRAINT agent_connections_connection_pool_size_check CHECK (connection_pool_size > 0),
    CONSTRAINT agent_connections_max_connections_check CHECK (max_connections >= connection_pool_size)
);
