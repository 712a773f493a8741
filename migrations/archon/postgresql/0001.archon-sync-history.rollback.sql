-- Sync history undone: the table is gone; schema and roles are as they were before it.
-- seed: 002 2. Table Schema Implemented
-- loses: archon_sync_history (every row); those of service_role, authenticated and anon that archon brought, when
--   nothing else in the cluster uses them

DO $body$
DECLARE
    let_in name;
BEGIN
    FOR let_in IN
        SELECT r.rolname
        FROM pg_policy AS p
        INNER JOIN pg_roles AS r ON r.oid = ANY (p.polroles)
        WHERE
            p.polrelid = 'archon_sync_history'::regclass
            AND obj_description(p.oid, 'pg_policy') = 'USAGE on the schema came with this policy'
    LOOP
        EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM %I', current_schema(), let_in);
    END LOOP;
END;
$body$;

-- Its policies, grants and comments go with it.
DROP TABLE archon_sync_history;

-- In use is a role that owns or is granted or named in anything, in any database; that is a member or has one; or that
-- has been altered. What archon brought goes together or stays together, and stays while a policy anywhere names any
-- of the three: another archon counts on anon, too, and grants it nothing. That whoever rolls back is a member does not
-- count: since PostgreSQL 16, creating a role makes one a member.
DO $body$
DECLARE
    brought text;
    used boolean;
BEGIN
    SELECT
        string_agg(quote_ident(r.rolname), ', ') FILTER (WHERE o.is_ours),
        bool_or(
            EXISTS (
                SELECT 1
                FROM pg_shdepend AS d
                WHERE
                    d.refclassid = 'pg_authid'::regclass
                    AND d.refobjid = r.oid
                    AND (o.is_ours OR d.deptype = 'r')
            )
            OR o.is_ours AND (
                EXISTS (
                    SELECT 1
                    FROM pg_auth_members AS m
                    WHERE m.member = r.oid OR (m.roleid = r.oid AND m.member <> current_user::regrole)
                )
                OR EXISTS (SELECT 1 FROM pg_db_role_setting AS s WHERE s.setrole = r.oid)
                OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolcanlogin OR r.rolreplication OR r.rolbypassrls
            )
        )
    INTO brought, used
    FROM pg_roles AS r
    CROSS JOIN LATERAL (
        SELECT
            shobj_description(r.oid, 'pg_authid')
            IS NOT DISTINCT FROM 'brought by archon, removed with the last archon' AS is_ours
    ) AS o
    WHERE r.rolname IN ('service_role', 'authenticated', 'anon');

    IF brought IS NOT NULL AND NOT used THEN
        EXECUTE 'DROP ROLE ' || brought;
    END IF;
EXCEPTION
    -- In this very moment another database of the cluster began to use them; the server sees that under its lock.
    WHEN dependent_objects_still_exist THEN
        NULL;
END;
$body$;
