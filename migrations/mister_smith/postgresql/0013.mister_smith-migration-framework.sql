-- Migration framework: the seed's own versioning inside the database, for what is changed from SQL alone.
-- seed: 004 Schema Version Management; Migration Scripts and Versioning Strategy, Migration Framework
-- differs: no row claims that version 1 is there before it is, which makes it a no-op for ever; callers take turns;
--   versions follow each other without gaps; an edited migration is refused; only the last one is rolled back, and no
--   rollback may take schema_versions with it. rung's own ledger is another one
-- depends: 0001.mister_smith-identities

CREATE TABLE schema_versions (
    version integer NOT NULL,
    applied_at timestamptz DEFAULT now(),
    description text NOT NULL,
    rollback_sql text,
    checksum text NOT NULL,
    applied_by text NOT NULL DEFAULT session_user,
    CONSTRAINT schema_versions_pkey PRIMARY KEY (version),
    CONSTRAINT schema_versions_version_check CHECK (version > 0)
);

SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

-- True when it was applied now, false when it had been before. Names in the SQL mean this schema. Run by the owner:
-- whoever may call this runs any SQL with his own rights, and no more.
CREATE FUNCTION execute_migration(
    migration_version integer,
    migration_description text,
    migration_sql text,
    rollback_sql text DEFAULT NULL
) RETURNS boolean
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
#variable_conflict use_variable
DECLARE
    digest CONSTANT text := encode(sha256(convert_to(migration_sql, 'UTF8')), 'hex');
    applied schema_versions;
    head integer;
BEGIN
    IF migration_version IS NULL OR migration_description IS NULL OR migration_sql IS NULL THEN
        RAISE EXCEPTION 'a migration has a version, a description and SQL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    -- Until the end of the transaction; whoever reads the versions is not kept waiting.
    LOCK TABLE schema_versions IN SHARE ROW EXCLUSIVE MODE;

    SELECT v.* INTO applied
    FROM schema_versions AS v
    WHERE v.version = migration_version;
    IF FOUND THEN
        IF applied.checksum <> digest THEN
            RAISE EXCEPTION 'Migration % was applied with other SQL', migration_version
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'put the change into a new migration';
        END IF;
        RAISE NOTICE 'Migration % already applied', migration_version;
        RETURN FALSE;
    END IF;

    SELECT coalesce(max(v.version), 0) INTO head
    FROM schema_versions AS v;
    IF migration_version <> head + 1 THEN
        RAISE EXCEPTION 'Migration % is out of order: the next one is %', migration_version, head + 1
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;

    EXECUTE migration_sql;
    INSERT INTO schema_versions (version, description, rollback_sql, checksum)
    VALUES (migration_version, migration_description, rollback_sql, digest);
    RAISE NOTICE 'Migration % applied successfully', migration_version;
    RETURN TRUE;
END;
$$;

CREATE FUNCTION rollback_migration(migration_version integer) RETURNS boolean
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
    applied schema_versions;
    head integer;
    versions CONSTANT regclass := 'schema_versions'::regclass;
BEGIN
    LOCK TABLE schema_versions IN SHARE ROW EXCLUSIVE MODE;

    SELECT v.* INTO applied
    FROM schema_versions AS v
    WHERE v.version = migration_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Migration % not found', migration_version USING ERRCODE = 'no_data_found';
    END IF;
    SELECT max(v.version) INTO head
    FROM schema_versions AS v;
    IF migration_version <> head THEN
        RAISE EXCEPTION 'Migration % is not the last one: roll back % first', migration_version, head
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF applied.rollback_sql IS NULL THEN
        RAISE EXCEPTION 'No rollback SQL available for migration %', migration_version
        USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;

    EXECUTE applied.rollback_sql;
    PERFORM 1 FROM pg_class AS c WHERE c.oid = versions;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The rollback of migration % drops schema_versions', migration_version
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'it was undone, and everything is as before';
    END IF;
    DELETE FROM schema_versions AS v
    WHERE v.version = migration_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The rollback of migration % changes schema_versions', migration_version
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'it was undone, and everything is as before';
    END IF;
    RAISE NOTICE 'Migration % rolled back successfully', migration_version;
    RETURN TRUE;
END;
$$;

REVOKE ALL ON FUNCTION execute_migration(integer, text, text, text), rollback_migration(integer) FROM public;

GRANT SELECT ON schema_versions TO mister_smith_admin;
