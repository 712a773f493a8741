-- Users verified: people, their roles and their sessions are kept exactly as this step made it.
-- seed: 004 Complete SQL DDL Specifications, Security Schema; Session Management Schema

WITH expected (subject, definition, problem) AS (
    VALUES
    ('users', 'table', 'nobody can be known'),
    ('roles', 'table', 'no role can be given'),
    ('user_roles', 'table', 'nobody can hold a role'),
    ('user_sessions', 'table', 'nobody stays signed in')
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
    ('users.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('users.username', 'text NOT NULL'),
    ('users.email', 'text'),
    ('users.password_hash', 'text NOT NULL'),
    ('users.salt', 'text NOT NULL GENERATED s split_part(password_hash, ''$''::text, ''-2''::integer)'),
    ('users.mfa_secret', 'text'),
    ('users.is_active', 'boolean NOT NULL DEFAULT true'),
    ('users.is_locked', 'boolean NOT NULL DEFAULT false'),
    ('users.failed_login_attempts', 'integer NOT NULL DEFAULT 0'),
    ('users.last_login_at', 'timestamp with time zone'),
    ('users.password_changed_at', 'timestamp with time zone DEFAULT now()'),
    ('users.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('users.updated_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('roles.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('roles.name', 'text NOT NULL'),
    ('roles.description', 'text'),
    ('roles.permissions', 'jsonb NOT NULL DEFAULT ''{}''::jsonb'),
    ('roles.is_system_role', 'boolean NOT NULL DEFAULT false'),
    ('roles.created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('roles.updated_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('user_roles.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('user_roles.user_id', 'uuid NOT NULL'),
    ('user_roles.role_id', 'uuid NOT NULL'),
    ('user_roles.granted_by', 'uuid'),
    ('user_roles.granted_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('user_roles.expires_at', 'timestamp with time zone'),
    ('user_sessions.id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('user_sessions.user_id', 'uuid NOT NULL'),
    ('user_sessions.session_token', 'text NOT NULL'),
    ('user_sessions.ip_address', 'inet'),
    ('user_sessions.user_agent', 'text'),
    ('user_sessions.is_active', 'boolean NOT NULL DEFAULT true'),
    ('user_sessions.last_activity_at', 'timestamp with time zone DEFAULT now()'),
    ('user_sessions.expires_at', 'timestamp with time zone NOT NULL'),
    ('user_sessions.created_at', 'timestamp with time zone NOT NULL DEFAULT now()')
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
        'users.users_username_check',
        'CHECK (username ~ ''^\S(.*\S)?$''::text)',
        'accepts a name that begins or ends with a space'
    ),
    ('users.users_email_check', 'CHECK (email ~ ''^[^@\s]+@[^@\s]+$''::text)', 'accepts what is no address'),
    (
        'users.users_password_hash_check',
        'CHECK (password_hash ~ '
        || '''^\$(argon2i?d?|scrypt|pbkdf2-sha(256|512))(\$v=\d+)?(\$([a-z]+=\d+,?)+)(\$[\w+/.-]{11,}){2}$''::text)',
        'accepts a password that is not hashed, or refuses a PHC hash'
    ),
    ('users.users_failed_login_attempts_check', 'CHECK (failed_login_attempts >= 0)', 'accepts a negative count'),
    ('users.users_pkey', 'PRIMARY KEY (id)', 'two rows of users can have one id'),
    ('roles.roles_pkey', 'PRIMARY KEY (id)', 'two rows of roles can have one id'),
    ('roles.roles_name_key', 'UNIQUE (name)', 'two roles can have one name'),
    ('user_roles.user_roles_pkey', 'PRIMARY KEY (id)', 'two rows of user_roles can have one id'),
    (
        'user_roles.fk_user_roles_user',
        'FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE',
        'user_id may name nothing, or what belongs to a deleted user stays, or forbids to delete it'
    ),
    (
        'user_roles.fk_user_roles_role',
        'FOREIGN KEY (role_id) REFERENCES roles(id) ON DELETE CASCADE',
        'role_id may name nothing, or what belongs to a deleted role stays, or forbids to delete it'
    ),
    (
        'user_roles.user_roles_granted_by_fkey',
        'FOREIGN KEY (granted_by) REFERENCES users(id) ON DELETE SET NULL',
        'granted_by may name nothing, or deleting the user that it names is refused, or takes this with it'
    ),
    (
        'user_sessions.user_sessions_session_token_check',
        'CHECK (session_token ~ ''^[0-9a-f]{64}$''::text)',
        'accepts a token that is not hashed'
    ),
    (
        'user_sessions.chk_session_expires_future',
        'CHECK (expires_at > created_at)',
        'accepts a session that ends before it begins'
    ),
    ('user_sessions.user_sessions_pkey', 'PRIMARY KEY (id)', 'two rows of user_sessions can have one id'),
    (
        'user_sessions.user_sessions_user_id_fkey',
        'FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE',
        'user_id may name nothing, or what belongs to a deleted user stays, or forbids to delete it'
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
        'idx_user_roles_role',
        'CREATE INDEX idx_user_roles_role ON user_roles USING btree (role_id)',
        'finding who holds a role, as deleting it does, reads every one'
    ),
    (
        'idx_users_username',
        'CREATE UNIQUE INDEX idx_users_username ON users USING btree (lower(username))',
        'Alice and alice can both register, or signing in reads every user'
    ),
    (
        'idx_users_email',
        'CREATE UNIQUE INDEX idx_users_email ON users USING btree (lower(email)) WHERE email IS NOT NULL',
        'an address can be registered twice, or finding it reads every user'
    ),
    (
        'idx_users_active',
        'CREATE INDEX idx_users_active ON users USING btree (last_login_at) WHERE is_active',
        'finding dormant users reads every user'
    ),
    (
        'idx_user_roles_user',
        'CREATE UNIQUE INDEX idx_user_roles_user ON user_roles USING btree (user_id, role_id)',
        'a user can hold a role twice, or finding his roles reads every one'
    ),
    (
        'user_roles_granted_by_idx',
        'CREATE INDEX user_roles_granted_by_idx ON user_roles USING btree (granted_by) WHERE granted_by '
        || 'IS NOT NULL',
        'deleting a user reads every role held'
    ),
    (
        'idx_user_sessions_token',
        'CREATE UNIQUE INDEX idx_user_sessions_token ON user_sessions USING btree (session_token)',
        'a token can be used twice, or checking it reads every session'
    ),
    (
        'idx_user_sessions_user_active',
        'CREATE INDEX idx_user_sessions_user_active ON user_sessions USING btree (user_id, is_active)',
        'finding the sessions of a user, as deleting him does, reads every session'
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
        'users.users_set_updated_at',
        'CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION '
        || 'set_updated_at()',
        'updated_at does not tell the last change'
    ),
    (
        'roles.roles_set_updated_at',
        'CREATE TRIGGER roles_set_updated_at BEFORE UPDATE ON roles FOR EACH ROW EXECUTE FUNCTION '
        || 'set_updated_at()',
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
