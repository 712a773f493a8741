-- Users: people who sign in, the roles they hold, and their sessions.
-- seed: 004 Complete SQL DDL Specifications, Security Schema; Session Management Schema
-- differs: 'Alice' and 'alice' are one user; a password is one hash in the PHC format, of which salt is a part; a
--   session token is stored as its SHA-256, so that reading the table opens no session; one foreign key for each
--   column, where the seed has two with opposite actions; counters are not negative
-- depends: 0001.mister_smith-identities

CREATE TABLE users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    username text NOT NULL,
    email text,
    password_hash text NOT NULL,
    salt text NOT NULL GENERATED ALWAYS AS (split_part(password_hash, '$', -2)) STORED,
    mfa_secret text,
    is_active boolean NOT NULL DEFAULT TRUE,
    is_locked boolean NOT NULL DEFAULT FALSE,
    failed_login_attempts integer NOT NULL DEFAULT 0,
    last_login_at timestamptz,
    password_changed_at timestamptz DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_username_check CHECK (username ~ '^\S(.*\S)?$'),
    CONSTRAINT users_email_check CHECK (email ~ '^[^@\s]+@[^@\s]+$'),
    -- $argon2id$v=19$m=65536,t=3,p=4$salt$hash, and the like for scrypt and PBKDF2.
    CONSTRAINT users_password_hash_check CHECK (
        password_hash ~ '^\$(argon2i?d?|scrypt|pbkdf2-sha(256|512))(\$v=\d+)?(\$([a-z]+=\d+,?)+)(\$[\w+/.-]{11,}){2}$'
    ),
    CONSTRAINT users_failed_login_attempts_check CHECK (failed_login_attempts >= 0)
);

-- Unique whatever the case; sign in with WHERE lower(username) = lower($1).
CREATE UNIQUE INDEX idx_users_username ON users (lower(username));

CREATE UNIQUE INDEX idx_users_email ON users (lower(email)) WHERE email IS NOT NULL;

-- Active users by their last sign-in: who has not come for a long time.
CREATE INDEX idx_users_active ON users (last_login_at) WHERE is_active;

CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON users
FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE roles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    name text NOT NULL,
    description text,
    permissions jsonb NOT NULL DEFAULT '{}',
    is_system_role boolean NOT NULL DEFAULT FALSE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT roles_pkey PRIMARY KEY (id),
    CONSTRAINT roles_name_key UNIQUE (name)
);

CREATE TRIGGER roles_set_updated_at BEFORE UPDATE ON roles
FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TABLE user_roles (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    role_id uuid NOT NULL,
    granted_by uuid,
    granted_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    CONSTRAINT user_roles_pkey PRIMARY KEY (id),
    CONSTRAINT fk_user_roles_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_user_roles_role FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
    CONSTRAINT user_roles_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES users (id) ON DELETE SET NULL
);

-- One role once for each user; also the roles of a user.
CREATE UNIQUE INDEX idx_user_roles_user ON user_roles (user_id, role_id);

CREATE INDEX idx_user_roles_role ON user_roles (role_id);

CREATE INDEX user_roles_granted_by_idx ON user_roles (granted_by) WHERE granted_by IS NOT NULL;

CREATE TABLE user_sessions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    session_token text NOT NULL,
    ip_address inet,
    user_agent text,
    is_active boolean NOT NULL DEFAULT TRUE,
    last_activity_at timestamptz DEFAULT now(),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT user_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_sessions_session_token_check CHECK (session_token ~ '^[0-9a-f]{64}$'),
    CONSTRAINT chk_session_expires_future CHECK (expires_at > created_at)
);

CREATE UNIQUE INDEX idx_user_sessions_token ON user_sessions (session_token);

CREATE INDEX idx_user_sessions_user_active ON user_sessions (user_id, is_active);
