-- Identities undone: the roles go when this family made them and nothing anywhere still needs them.
-- seed: 004 Security Considerations, Row-Level Security

REVOKE EXECUTE ON FUNCTION current_user_id(), current_agent_id()
FROM application_user, agent_user, mister_smith_admin;

DROP FUNCTION set_updated_at();

DROP FUNCTION current_agent_id();

DROP FUNCTION current_user_id();

DO $$
BEGIN
    EXECUTE format(
        'REVOKE USAGE ON SCHEMA %I FROM application_user, agent_user, mister_smith_admin, mister_smith_backup',
        current_schema()
    );
END;
$$;

-- The server itself refuses to drop a role that owns or may use anything in any database of the cluster. It would drop
-- one that has members, so those are asked for here; whoever made the role is a member of it since PostgreSQL 16.
DO $$
DECLARE
    made name;
BEGIN
    FOR made IN
        SELECT r.rolname
        FROM pg_roles AS r
        WHERE
            r.rolname IN ('application_user', 'agent_user', 'mister_smith_admin', 'mister_smith_backup')
            AND shobj_description(r.oid, 'pg_authid') = 'made by rung for mister_smith'
    LOOP
        BEGIN
            PERFORM 1
            FROM pg_auth_members AS m
            WHERE m.roleid = made::regrole AND m.member <> current_user::regrole;
            IF FOUND THEN
                RAISE NOTICE 'role % stays: it has members', made;
            ELSE
                EXECUTE format('DROP ROLE %I', made);
            END IF;
        EXCEPTION
            WHEN dependent_objects_still_exist OR insufficient_privilege OR undefined_object THEN
                RAISE NOTICE 'role % stays: %', made, sqlerrm;
        END;
    END LOOP;
END;
$$;
