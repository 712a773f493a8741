-- Around the schema: what a step can leave behind elsewhere in the database or the cluster. Of rare kinds of objects
-- only that they exist.

WITH
-- Catalogs of kinds that are seldom made, with the column that holds the oid.
rare AS (
    SELECT
        'pg_operator'::regclass AS class,
        oid
    FROM pg_operator
    UNION ALL
    SELECT
        'pg_opclass'::regclass,
        oid
    FROM pg_opclass
    UNION ALL
    SELECT
        'pg_opfamily'::regclass,
        oid
    FROM pg_opfamily
    UNION ALL
    SELECT
        'pg_am'::regclass,
        oid
    FROM pg_am
    UNION ALL
    SELECT
        'pg_cast'::regclass,
        oid
    FROM pg_cast
    UNION ALL
    SELECT
        'pg_collation'::regclass,
        oid
    FROM pg_collation
    UNION ALL
    SELECT
        'pg_conversion'::regclass,
        oid
    FROM pg_conversion
    UNION ALL
    SELECT
        'pg_ts_config'::regclass,
        oid
    FROM pg_ts_config
    UNION ALL
    SELECT
        'pg_ts_dict'::regclass,
        oid
    FROM pg_ts_dict
    UNION ALL
    SELECT
        'pg_language'::regclass,
        oid
    FROM pg_language
    UNION ALL
    SELECT
        'pg_foreign_data_wrapper'::regclass,
        oid
    FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT
        'pg_foreign_server'::regclass,
        oid
    FROM pg_foreign_server
    UNION ALL
    SELECT
        'pg_event_trigger'::regclass,
        oid
    FROM pg_event_trigger
    UNION ALL
    SELECT
        'pg_publication'::regclass,
        oid
    FROM pg_publication
    UNION ALL
    SELECT
        'pg_largeobject'::regclass,
        oid
    FROM pg_largeobject_metadata
)

SELECT
    'role' AS kind,
    r.rolname::text AS name,
    concat_ws(
        ' ',
        format('CREATE ROLE %I', r.rolname),
        CASE WHEN r.rolsuper THEN 'SUPERUSER' END,
        CASE WHEN NOT r.rolinherit THEN 'NOINHERIT' END,
        CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
        CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
        CASE WHEN r.rolcanlogin THEN 'LOGIN' END,
        CASE WHEN r.rolreplication THEN 'REPLICATION' END,
        CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
        'CONNECTION LIMIT ' || nullif(r.rolconnlimit, -1),
        format('VALID UNTIL %L', r.rolvaliduntil)
    ) AS definition
FROM pg_roles AS r
WHERE r.rolname NOT LIKE 'pg\_%'
UNION ALL
SELECT
    'membership',
    format('%s in %s by %s', pg_get_userbyid(m.member), pg_get_userbyid(m.roleid), pg_get_userbyid(m.grantor)),
    CASE WHEN m.admin_option THEN 'WITH ADMIN OPTION' ELSE 'GRANT' END
FROM pg_auth_members AS m
WHERE m.roleid >= 16384
UNION ALL
SELECT
    'setting',
    concat_ws(
        ' of ',
        split_part(c.setting, '=', 1),
        CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END,
        CASE WHEN s.setdatabase <> 0 THEN 'the database' END
    ),
    c.setting
FROM pg_db_role_setting AS s
CROSS JOIN LATERAL unnest(s.setconfig) AS c (setting)
LEFT JOIN pg_database AS d ON s.setdatabase = d.oid
WHERE s.setdatabase = 0 OR d.datname = current_database()
UNION ALL
SELECT
    'grant',
    'database to ' || coalesce(r.rolname, 'public'),
    string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type)
FROM pg_database AS d
CROSS JOIN LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS x
LEFT JOIN pg_roles AS r ON x.grantee = r.oid
WHERE d.datname = current_database() AND x.grantee <> d.datdba
GROUP BY r.rolname
UNION ALL
SELECT
    'comment',
    'database',
    s.description
FROM pg_shdescription AS s
INNER JOIN pg_database AS d ON s.objoid = d.oid AND s.classoid = 'pg_database'::regclass
WHERE d.datname = current_database()
UNION ALL
SELECT
    'schema',
    n.nspname,
    format('CREATE SCHEMA %I AUTHORIZATION %I', n.nspname, pg_get_userbyid(n.nspowner))
FROM pg_namespace AS n
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
UNION ALL
SELECT
    i.type,
    i.identity,
    'exists'
FROM rare AS r
CROSS JOIN LATERAL pg_identify_object(r.class, r.oid, 0) AS i
WHERE
    r.oid >= 16384
    AND NOT EXISTS (
        SELECT 1 FROM pg_depend AS d
        WHERE d.classid = r.class AND d.objid = r.oid AND d.deptype = 'e'
    )
ORDER BY
    kind,
    name;
