-- Statements that make the roles of a server on another one, with their memberships and without their passwords,
-- which only a superuser may read.

WITH statements (place, statement) AS (
    SELECT
        1,
        format(
            'CREATE ROLE %I WITH %s %s %s %s %s %s %s CONNECTION LIMIT %s',
            r.rolname,
            CASE WHEN r.rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END,
            CASE WHEN r.rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
            CASE WHEN r.rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
            CASE WHEN r.rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
            CASE WHEN r.rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
            CASE WHEN r.rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
            CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END,
            r.rolconnlimit
        )
    FROM pg_roles AS r
    -- Every server has these.
    WHERE r.rolname !~ '^pg_' AND r.rolname <> 'postgres'
    UNION ALL
    SELECT
        2,
        format(
            'GRANT %I TO %I%s',
            pg_get_userbyid(m.roleid),
            pg_get_userbyid(m.member),
            CASE
                WHEN to_jsonb(m) ? 'inherit_option'
                    THEN
                        format(
                            ' WITH ADMIN %s, INHERIT %s, SET %s',
                            cast(m.admin_option AS text),
                            to_jsonb(m) ->> 'inherit_option',
                            to_jsonb(m) ->> 'set_option'
                        )
                WHEN m.admin_option THEN ' WITH ADMIN OPTION'
                ELSE ''
            END
        )
    FROM pg_auth_members AS m
    -- The roles of PostgreSQL itself are members of each other everywhere.
    WHERE pg_get_userbyid(m.member) !~ '^pg_'
)

SELECT s.statement
FROM statements AS s
ORDER BY s.place;
