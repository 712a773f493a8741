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
        'VALID UNTIL ' || quote_literal(r.rolvaliduntil)
    ) AS definition
FROM pg_roles AS r
WHERE r.rolname NOT LIKE 'pg\_%'
UNION ALL
SELECT
    'membership',
    format('%s in %s by %s', pg_get_userbyid(m.member), pg_get_userbyid(m.roleid), pg_get_userbyid(m.grantor)),
    CASE WHEN m.admin_option THEN 'WITH ADMIN OPTION' ELSE 'GRANT' END
FROM pg_auth_members AS m
WHERE m.member >= 16384
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
    'setting',
    'limit of the database',
    'CONNECTION LIMIT ' || d.datconnlimit
FROM pg_database AS d
WHERE d.datname = current_database()
UNION ALL
SELECT
    'default privileges',
    format('of %s for %s to %s', d.defaclobjtype, pg_get_userbyid(d.defaclrole), coalesce(r.rolname, 'public')),
    string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type)
FROM pg_default_acl AS d
CROSS JOIN LATERAL aclexplode(d.defaclacl) AS x
LEFT JOIN pg_roles AS r ON x.grantee = r.oid
WHERE d.defaclnamespace = 0
GROUP BY d.defaclobjtype, d.defaclrole, r.rolname
UNION ALL
SELECT
    'event trigger',
    e.evtname,
    concat_ws(' ', e.evtevent, e.evtfoid::regproc, e.evtenabled, array_to_string(e.evttags, ', '))
FROM pg_event_trigger AS e
UNION ALL
SELECT
    'publication',
    p.pubname,
    concat_ws(
        ' ',
        CASE WHEN p.puballtables THEN 'FOR ALL TABLES' END,
        CASE WHEN p.pubinsert THEN 'insert' END,
        CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END,
        CASE WHEN p.pubtruncate THEN 'truncate' END,
        CASE WHEN p.pubviaroot THEN 'via root' END,
        (
            SELECT
                'FOR TABLE ' || string_agg(
                    concat_ws(' ', t.prrelid::regclass, t.prattrs, pg_get_expr(t.prqual, t.prrelid)), ', '
                    ORDER BY t.prrelid::regclass::text
                )
            FROM pg_publication_rel AS t
            WHERE t.prpubid = p.oid
        ),
        (
            SELECT 'FOR SCHEMA ' || string_agg(n.pnname, ', ' ORDER BY n.pnname)
            FROM (
                SELECT
                    pnpubid,
                    pnnspid::regnamespace::text AS pnname
                FROM pg_publication_namespace
            ) AS n
            WHERE n.pnpubid = p.oid
        )
    )
FROM pg_publication AS p
UNION ALL
SELECT
    'foreign data wrapper',
    w.fdwname,
    concat_ws(' ', nullif(w.fdwhandler::regproc::text, '-'), md5(array_to_string(w.fdwoptions, ',')))
FROM pg_foreign_data_wrapper AS w
UNION ALL
-- Options can hold passwords: a digest tells that they changed.
SELECT
    'server',
    s.srvname,
    concat_ws(' ', s.srvtype, s.srvversion, md5(array_to_string(s.srvoptions, ',')))
FROM pg_foreign_server AS s
UNION ALL
SELECT
    'user mapping',
    u.usename || ' on ' || u.srvname,
    coalesce(md5(array_to_string(u.umoptions, ',')), 'no options')
FROM pg_user_mappings AS u
UNION ALL
SELECT
    'foreign table',
    c.oid::regclass::text,
    coalesce(md5(array_to_string(f.ftoptions, ',')), 'no options') || ' ' || (
        SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
        FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    )
FROM pg_foreign_table AS f
INNER JOIN pg_class AS c ON f.ftrelid = c.oid
UNION ALL
SELECT
    'toast options',
    c.oid::regclass::text,
    array_to_string(t.reloptions, ', ')
FROM pg_class AS c
INNER JOIN pg_class AS t ON c.reltoastrelid = t.oid
WHERE t.reloptions IS NOT NULL
UNION ALL
SELECT
    'default',
    format('%s.%s', c.oid::regclass, a.attname),
    pg_get_expr(d.adbin, d.adrelid, TRUE)
FROM pg_attrdef AS d
INNER JOIN pg_class AS c ON d.adrelid = c.oid
INNER JOIN pg_attribute AS a ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('v', 'f')
UNION ALL
SELECT
    'identity',
    c.oid::regclass::text,
    concat_ws(' ', q.seqincrement, q.seqmin, q.seqmax, q.seqstart, q.seqcache, q.seqcycle)
FROM pg_sequence AS q
INNER JOIN pg_class AS c ON q.seqrelid = c.oid
WHERE
    c.relname NOT LIKE '\_rung\_%'
    AND c.relname NOT LIKE '\_yoyo\_%'
    AND EXISTS (
        SELECT 1 FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i'
    )
UNION ALL
-- Those of tables, columns, views and the like are told with the schema.
SELECT
    'comment',
    coalesce(
        (
            SELECT k.conname FROM pg_constraint AS k
            WHERE o.classoid = 'pg_constraint'::regclass AND k.oid = o.objoid
        ),
        (
            SELECT r.rulename FROM pg_rewrite AS r
            WHERE o.classoid = 'pg_rewrite'::regclass AND r.oid = o.objoid
        ),
        (
            SELECT s.stxname FROM pg_statistic_ext AS s
            WHERE o.classoid = 'pg_statistic_ext'::regclass AND s.oid = o.objoid
        ),
        (
            SELECT format('%s.%s', c.relname, a.attname)
            FROM pg_class AS c
            INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
            WHERE o.classoid = 'pg_class'::regclass AND c.oid = o.objoid AND a.attnum = o.objsubid
        ),
        i.identity
    ),
    o.description
FROM pg_description AS o
CROSS JOIN LATERAL pg_identify_object(o.classoid, o.objoid, o.objsubid) AS i
WHERE
    o.objoid >= 16384
    AND (
        o.classoid NOT IN (
            'pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
            'pg_trigger'::regclass, 'pg_policy'::regclass
        )
        OR EXISTS (
            SELECT 1 FROM pg_constraint AS k
            WHERE o.classoid = 'pg_constraint'::regclass AND k.oid = o.objoid AND k.contypid <> 0
        )
        OR EXISTS (
            SELECT 1 FROM pg_class AS c
            LEFT JOIN pg_constraint AS k ON c.oid = k.conindid
            WHERE
                o.classoid = 'pg_class'::regclass
                AND c.oid = o.objoid
                AND (c.relkind IN ('c', 'f') OR k.oid IS NOT NULL)
        )
    )
UNION ALL
SELECT
    'owner',
    format('%s %s', 'relation', c.oid::regclass),
    pg_get_userbyid(c.relowner)
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE
    c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\_%'
    AND c.relname NOT LIKE '\_yoyo\_%'
    AND c.relname NOT LIKE '\_rung\_%'
UNION ALL
SELECT
    'owner',
    format('%s %s', 'function', p.oid::regprocedure),
    pg_get_userbyid(p.proowner)
FROM pg_proc AS p
INNER JOIN pg_namespace AS n ON p.pronamespace = n.oid
WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND p.proname NOT LIKE '\_rung\_%'
UNION ALL
SELECT
    'owner',
    format('%s %s', 'type', t.oid::regtype),
    pg_get_userbyid(t.typowner)
FROM pg_type AS t
INNER JOIN pg_namespace AS n ON t.typnamespace = n.oid
WHERE t.typtype IN ('e', 'd', 'r') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
UNION ALL
SELECT
    i.type,
    i.identity,
    coalesce(
        (
            SELECT
                string_agg(
                    format('%s with %s', m.maptokentype, m.mapdict::regdictionary), ', '
                    ORDER BY m.maptokentype, m.mapseqno
                )
            FROM pg_ts_config_map AS m
            WHERE r.class = 'pg_ts_config'::regclass AND m.mapcfg = r.oid
        ),
        (
            SELECT d.dictinitoption FROM pg_ts_dict AS d
            WHERE r.class = 'pg_ts_dict'::regclass AND d.oid = r.oid
        ),
        'exists'
    )
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
