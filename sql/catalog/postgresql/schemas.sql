-- Schemas beside the one that rung works in, without those of the system and of extensions.

SELECT n.nspname::text AS schema_name
FROM pg_namespace AS n
WHERE
    n.nspname <> current_schema()
    AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'pg\_%'
    AND NOT EXISTS (
        SELECT 1 FROM pg_depend AS d
        WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e'
    )
ORDER BY n.nspname;
