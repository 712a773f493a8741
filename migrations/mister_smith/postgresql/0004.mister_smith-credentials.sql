-- Credentials: what an agent is permitted, the keys that prove who calls, and the state an agent keeps between calls.
-- seed: 004 Complete SQL DDL Specifications, Security Schema; Session Management Schema
-- differs: a permission on everything (resource_id NULL) is given once, not any number of times; a key is stored as its
--   SHA-256; an agent has one active session, without which its state can be neither saved nor found again
-- depends: 0003.mister_smith-agents

CREATE TABLE agent_permissions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL,
    resource_type text NOT NULL,
    resource_id text,
    permission text NOT NULL,
    granted_by uuid,
    granted_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    CONSTRAINT agent_permissions_pkey PRIMARY KEY (id),
    CONSTRAINT agent_permissions_agent_resource_permission_key
    UNIQUE NULLS NOT DISTINCT (agent_id, resource_type, resource_id, permission),
    CONSTRAINT fk_agent_permissions_agent FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE,
    CONSTRAINT agent_permissions_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX agent_permissions_granted_by_idx ON agent_permissions (granted_by) WHERE granted_by IS NOT NULL;

CREATE TABLE api_keys (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid,
    user_id uuid,
    key_hash text NOT NULL,
    name text NOT NULL,
    permissions jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT TRUE,
    last_used_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT api_keys_pkey PRIMARY KEY (id),
    CONSTRAINT api_keys_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE,
    CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT api_keys_key_hash_check CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT api_key_owner CHECK (
        (agent_id IS NOT NULL AND user_id IS NULL)
        OR (agent_id IS NULL AND user_id IS NOT NULL)
    ),
    CONSTRAINT chk_api_key_expires_future CHECK (expires_at IS NULL OR expires_at > created_at)
);

CREATE UNIQUE INDEX idx_api_keys_hash ON api_keys (key_hash);

CREATE INDEX idx_api_keys_agent ON api_keys (agent_id) WHERE agent_id IS NOT NULL;

CREATE INDEX api_keys_user_id_idx ON api_keys (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE agent_sessions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    agent_id uuid NOT NULL,
    session_data jsonb NOT NULL DEFAULT '{}',
    is_active boolean NOT NULL DEFAULT TRUE,
    last_activity_at timestamptz DEFAULT now(),
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agent_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT agent_sessions_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agents (id) ON DELETE CASCADE
);

-- One active session for each agent: what ON CONFLICT of save_agent_state meets.
CREATE UNIQUE INDEX idx_agent_sessions_agent_active ON agent_sessions (agent_id) WHERE is_active;

CREATE INDEX agent_sessions_agent_id_idx ON agent_sessions (agent_id);
