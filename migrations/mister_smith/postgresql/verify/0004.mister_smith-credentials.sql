-- Credentials verified: permissions, keys and state are kept exactly as this step made it.
-- seed: 004 Complete SQL DDL Specifications, Security Schema; Session Management Schema

WITH expected (subject, definition, problem) AS (
    VALUES
    ('agent_permissions', 'table', 'agents can be permitted nothing'),
    ('api_keys', 'table', 'nobody can call by key'),
    ('agent_sessions', 'table', 'agents forget their state')
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
    ('agent_permissions.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('agent_permissions.agent_id', 'uuid NOT NULL'),
    ('agent_permissions.resource_type', 'text NOT NULL'),
    ('agent_permissions.resource_id', 'text'),
    ('agent_permissions.permission', 'text NOT NULL'),
    ('agent_permissions.granted_by', 'uuid'),
    ('agent_permissions.granted_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('agent_permissions.expires_at', 'timestamp with time zone'),
    ('api_keys.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('api_keys.agent_id', 'uuid'),
    ('api_keys.user_id', 'uuid'),
    ('api_keys.key_hash', 'text NOT NULL'),
    ('api_keys.name', 'text NOT NULL'),
    ('api_keys.permissions', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('api_keys.is_active', 'boolean NOT NULL DEFAULT true'),
    ('api_keys.last_used_at', 'timestamp with time zone'),
    ('api_keys.expires_at', 'timestamp with time zone'),
    ('api_keys.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('agent_sessions.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('agent_sessions.agent_id', 'uuid NOT NULL'),
    ('agent_sessions.session_data', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('agent_sessions.is_active', 'boolean NOT NULL DEFAULT true'),
    ('agent_sessions.last_activity_at', 'timestamp with time zone DEFAULT now()'),
    ('agent_sessions.expires_at', 'timestamp with time zone'),
    ('agent_sessions.created_at', 'timestamp with time zone NOT NULL DEFAULT now()')
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
    ('agent_permissions.agent_permissions_pkey', 'PRIMARY KEY (id)', 'two rows of agent_permissions can have one id'),
    (
        'agent_permissions.agent_permissions_agent_resource_permission_key',
        'UNIQUE NULLS NOT DISTINCT (agent_id, resource_type, resource_id, permission)',
        'a permission can be given twice, and taken back once'
    ),
    (
        'agent_permissions.fk_agent_permissions_agent',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE',
        'agent_id may name nothing, or what belongs to a deleted agent stays, or forbids to delete it'
    ),
    (
        'agent_permissions.agent_permissions_granted_by_fkey',
        'FOREIGN KEY (granted_by) REFERENCES users(id) ON DELETE SET NULL',
        'granted_by may name nothing, or deleting the user that it names is refused, or takes this with it'
    ),
    (
        'api_keys.api_keys_key_hash_check',
        'CHECK (key_hash ~ ''^[0-9a-f]{64}$''::text)',
        'accepts a key that is not hashed'
    ),
    (
        'api_keys.api_key_owner',
        'CHECK (agent_id IS NOT NULL AND user_id IS NULL OR agent_id IS NULL AND user_id IS NOT NULL)',
        'a key can belong to nobody, or to two'
    ),
    (
        'api_keys.chk_api_key_expires_future',
        'CHECK (expires_at IS NULL OR expires_at > created_at)',
        'accepts a key that ends before it begins'
    ),
    ('api_keys.api_keys_pkey', 'PRIMARY KEY (id)', 'two rows of api_keys can have one id'),
    (
        'api_keys.api_keys_agent_id_fkey',
        'FOREIGN KEY (agent_id) REFERENCES agents(id) ON DELETE CASCADE',
        'agent_id may name nothing, or what belongs to a deleted agent stays, or forbids to delete it'
    ),
    (
        'api_keys.api_keys_user_id_fkey',
        'FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE',
        'user_id may name nothing, or what belongs to a deleted user stays, or forbids to delete it'
    ),
    ('agent_sessions.agent_sessions_pkey', 'PRIMARY KEY (id)', 'two rows of agent_sessions can have one id'),
    (
        'agent_sessions.agent_sessions_agent_id_fkey',
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
        'agent_permissions_granted_by_idx',
        'CREATE INDEX agent_permissions_granted_by_idx ON agent_permissions USING btree (granted_by) '
        || 'WHERE granted_by IS NOT NULL',
        'deleting a user reads every permission'
    ),
    (
        'idx_api_keys_hash',
        'CREATE UNIQUE INDEX idx_api_keys_hash ON api_keys USING btree (key_hash)',
        'a key can belong to two, or checking it reads every key'
    ),
    (
        'idx_api_keys_agent',
        'CREATE INDEX idx_api_keys_agent ON api_keys USING btree (agent_id) WHERE agent_id IS NOT NULL',
        'finding the keys of an agent, as deleting it does, reads every key'
    ),
    (
        'api_keys_user_id_idx',
        'CREATE INDEX api_keys_user_id_idx ON api_keys USING btree (user_id) WHERE user_id IS NOT NULL',
        'finding the keys of a user, as deleting him does, reads every key'
    ),
    (
        'idx_agent_sessions_agent_active',
        'CREATE UNIQUE INDEX idx_agent_sessions_agent_active ON agent_sessions USING btree (agent_id) '
        || 'WHERE is_active',
        'an agent can have two active sessions, and save_agent_state fails'
    ),
    (
        'agent_sessions_agent_id_idx',
        'CREATE INDEX agent_sessions_agent_id_idx ON agent_sessions USING btree (agent_id)',
        'deleting an agent reads every session'
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
