-- Identities: the roles that sessions act as, and the functions that say on whose behalf.
-- seed: 004 Security Considerations, Row-Level Security
-- differs: the seed names application_user and agent_user and creates neither; administrators and backups, which need
--   other rights, have roles of their own; a session that names nobody is nobody, where the seed's current_setting()
--   fails or casts '' to uuid

-- Roles belong to the whole cluster, and other copies of this family may have made them. The comment tells the rollback
-- which are ours. Two copies that install at once meet at the unique name, and the second finds the role there.
DO $$
DECLARE
    -- Row level security makes pg_dump fail, rather than leave rows out, unless it is bypassed. A member does not
    -- inherit that: pg_dump --role=mister_smith_backup.
    roles CONSTANT jsonb := '{
        "application_user": "NOLOGIN",
        "agent_user": "NOLOGIN",
        "mister_smith_admin": "NOLOGIN",
        "mister_smith_backup": "NOLOGIN BYPASSRLS IN ROLE pg_read_all_data"
    }';
    missing text;
    wanted record;
BEGIN
    SELECT string_agg(format('CREATE ROLE %I %s', v.role_name, v.options), '; ' ORDER BY v.role_name) INTO missing
    FROM jsonb_each_text(roles) AS v (role_name, options)
    WHERE v.role_name NOT IN (SELECT r.rolname FROM pg_roles AS r);
    FOR wanted IN
        SELECT v.role_name, v.options
        FROM jsonb_each_text(roles) AS v (role_name, options)
        WHERE v.role_name NOT IN (SELECT r.rolname FROM pg_roles AS r)
        ORDER BY v.role_name
    LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I %s', wanted.role_name, wanted.options);
            EXECUTE format('COMMENT ON ROLE %I IS %L', wanted.role_name, 'made by rung for mister_smith');
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                RAISE NOTICE 'role % was made by another session', wanted.role_name;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'role % is missing, and % may not create it', wanted.role_name, current_user
                USING ERRCODE = 'insufficient_privilege', HINT = 'as a superuser: ' || missing;
        END;
    END LOOP;
END;
$$;

-- Also how the rollback of another copy, in whatever database, finds that the roles are still needed.
DO $$
BEGIN
    EXECUTE format(
        'GRANT USAGE ON SCHEMA %I TO application_user, agent_user, mister_smith_admin, mister_smith_backup',
        current_schema()
    );
END;
$$;

-- The application says who it acts for with set_config('app.current_user_id', $1, true): until the transaction ends.
-- Bound when they are made, these two need no path, and cost a statement nothing.
CREATE FUNCTION current_user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.current_user_id', TRUE), '')::uuid;

CREATE FUNCTION current_agent_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.current_agent_id', TRUE), '')::uuid;

-- What other functions keep as their path: this schema, and temporary objects last, where nobody's temporary table can
-- stand in for one of ours.
SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

CREATE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;

-- Policies ask these two on behalf of whoever queries.
REVOKE ALL ON FUNCTION current_user_id(), current_agent_id(), set_updated_at() FROM public;

GRANT EXECUTE ON FUNCTION current_user_id(), current_agent_id()
TO application_user, agent_user, mister_smith_admin;
