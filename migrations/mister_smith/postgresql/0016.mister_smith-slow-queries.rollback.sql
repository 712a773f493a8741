-- Slow queries undone: the server goes on counting, and the view is gone.
-- seed: 004 Performance Monitoring, Database Statistics

DROP VIEW slow_queries;

-- The extension goes when this family made it and nothing else uses it; the server refuses otherwise.
DO $$
BEGIN
    PERFORM 1
    FROM pg_extension AS e
    WHERE e.extname = 'pg_stat_statements' AND obj_description(e.oid, 'pg_extension') = 'made by rung for mister_smith';
    IF FOUND THEN
        BEGIN
            DROP EXTENSION pg_stat_statements;
        EXCEPTION
            WHEN dependent_objects_still_exist OR insufficient_privilege THEN
                RAISE NOTICE 'extension pg_stat_statements stays: %', sqlerrm;
        END;
    END IF;
    PERFORM 1
    FROM pg_namespace AS n
    WHERE
        n.nspname = 'mister_smith_extensions'
        AND obj_description(n.oid, 'pg_namespace') = 'made by rung for mister_smith';
    IF FOUND THEN
        BEGIN
            DROP SCHEMA mister_smith_extensions;
        EXCEPTION
            WHEN dependent_objects_still_exist OR insufficient_privilege THEN
                RAISE NOTICE 'schema mister_smith_extensions stays: %', sqlerrm;
        END;
    END IF;
END;
$$;
