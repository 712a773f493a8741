-- Partitions: a month of messages, audit trail or metrics is made before it begins, and goes as a whole when it is old.
-- seed: 004 Schema Evolution Management, Partition Management; Data Retention Policies
-- differs: includes the current month; months are UTC months in any session; rows that came early are drained out of
--   the DEFAULT partition; old is what the catalog's bounds say, not a name; only children of registered tables are
--   touched, nothing is dropped unless dry_run => false, and the audit trail is archived instead; both functions return
--   what they did, and take the moment that counts as now as a last argument
-- depends: 0007.mister_smith-messages 0008.mister_smith-monitoring

-- The tables that the functions below may touch.
CREATE TABLE partition_policies (
    table_name text NOT NULL,
    retention_months integer NOT NULL,
    on_expiry text NOT NULL,
    CONSTRAINT partition_policies_pkey PRIMARY KEY (table_name),
    CONSTRAINT partition_policies_retention_months_check CHECK (retention_months > 0),
    CONSTRAINT partition_policies_on_expiry_check CHECK (on_expiry IN ('drop', 'archive'))
);

-- The months that the seed's scheduled cleanup keeps.
INSERT INTO partition_policies (table_name, retention_months, on_expiry)
VALUES
('messages', 6, 'drop'),
('audit_log', 12, 'archive'),
('metrics', 3, 'drop');

SELECT set_config('search_path', format('%I, pg_temp', current_schema()), TRUE);

-- A registered table and the column that divides it. An error, not an empty answer, for any other table.
CREATE FUNCTION partitioned_table(table_name text) RETURNS TABLE (parent regclass, key_column name)
LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        c.oid::regclass,
        a.attname
    FROM partition_policies AS p
    INNER JOIN pg_class AS c ON p.table_name = c.relname
    INNER JOIN pg_class AS ours ON c.relnamespace = ours.relnamespace AND ours.oid = 'partition_policies'::regclass
    INNER JOIN pg_partitioned_table AS t ON c.oid = t.partrelid AND t.partstrat = 'r' AND t.partnatts = 1
    INNER JOIN pg_attribute AS a ON t.partrelid = a.attrelid AND t.partattrs[0] = a.attnum
    WHERE p.table_name = partitioned_table.table_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is not a partitioned table of partition_policies', coalesce(quote_ident(table_name), 'NULL')
        USING ERRCODE = 'wrong_object_type', HINT = 'SELECT * FROM partition_policies lists them';
    END IF;
END;
$$;

-- The partitions of a table with their bounds, as the catalog has them; the DEFAULT partition has none.
CREATE FUNCTION partition_bounds(parent regclass)
RETURNS TABLE (partition regclass, lower_bound timestamptz, upper_bound timestamptz)
LANGUAGE sql STABLE
SET search_path FROM CURRENT
SET timezone TO 'UTC'
SET datestyle TO 'ISO, YMD'
AS $$
    SELECT
        c.oid::regclass AS partition,
        CASE b.bounds[1] WHEN 'MINVALUE' THEN '-infinity' ELSE trim(b.bounds[1], '''') END::timestamptz AS lower_bound,
        CASE b.bounds[2] WHEN 'MAXVALUE' THEN 'infinity' ELSE trim(b.bounds[2], '''') END::timestamptz AS upper_bound
    FROM pg_inherits AS i
    INNER JOIN pg_class AS c ON i.inhrelid = c.oid
    CROSS JOIN LATERAL (
        SELECT regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \((.+)\) TO \((.+)\)$') AS bounds
    ) AS b
    WHERE i.inhparent = parent
    ORDER BY lower_bound, c.relname
$$;

-- Makes one month and moves what belongs to it out of the DEFAULT partition; for create_monthly_partitions. Returns how
-- patient to be with the next one.
CREATE FUNCTION attach_month(
    parent regclass, key_column name, month_name text, from_month timestamptz, to_month timestamptz, patience integer
) RETURNS integer
LANGUAGE plpgsql
SET search_path FROM CURRENT
SET timezone TO 'UTC'
AS $$
DECLARE
    month CONSTANT text := format('%I.%I', current_schema(), month_name);
    in_month CONSTANT text := format('%1$I >= %2$L AND %1$I < %3$L', key_column, from_month, to_month);
    rest regclass;
    has_strays boolean := FALSE;
    guard record;
BEGIN
    SELECT b.partition INTO rest
    FROM partition_bounds(parent) AS b
    WHERE b.lower_bound IS NULL;
    IF rest IS NOT NULL THEN
        EXECUTE format('SELECT count(*) > 0 FROM (SELECT FROM %s WHERE %s LIMIT 1) AS s', rest, in_month)
        INTO has_strays;
    END IF;

    -- A writer that was on its way into the DEFAULT partition with a row of this month would find that it no longer
    -- belongs there, and fail. So writers are kept out at the parent, from where they find the new way. Where the month
    -- has rows already, that is worth waiting for; where it has none, a long transaction is not waited for.
    IF has_strays THEN
        EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE', parent);
    ELSE
        WHILE patience > 0 LOOP
            BEGIN
                EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE NOWAIT', parent);
                EXIT;
            EXCEPTION
                WHEN lock_not_available THEN
                    patience := patience - 1;
                    PERFORM pg_sleep(0.01);
            END;
        END LOOP;
    END IF;

    -- Made apart and attached: CREATE TABLE … PARTITION OF would wait for every open insert, and all later ones for
    -- it.
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL)', month, parent);
    -- Policies of the parent do not hold for who addresses a partition: without one of its own, nobody but the owner
    -- sees anything there.
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', month);
    FOR guard IN
        SELECT
            t.tgname AS trigger_name,
            t.tgfoid::regprocedure AS trigger_function
        FROM pg_trigger AS t
        -- BEFORE TRUNCATE: PostgreSQL gives a partition the parent's triggers on rows, and no others.
        WHERE t.tgrelid = parent AND t.tgtype = 34 AND NOT t.tgisinternal
    LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s',
            guard.trigger_name, month, guard.trigger_function
        );
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', month, guard.trigger_name);
    END LOOP;

    IF rest IS NOT NULL THEN
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', rest);
        EXECUTE format('SELECT count(*) > 0 FROM (SELECT FROM %s WHERE %s LIMIT 1) AS s', rest, in_month)
        INTO has_strays;
        IF has_strays THEN
            -- Moving a row of the audit trail is not changing it, and nobody can read or write it meanwhile.
            EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', rest);
            EXECUTE format(
                'WITH moved AS (DELETE FROM %s WHERE %s RETURNING *) INSERT INTO %s SELECT * FROM moved',
                rest, in_month, month
            );
            FOR guard IN
                SELECT
                    t.tgname AS trigger_name,
                    CASE p.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS enable
                FROM pg_trigger AS t
                INNER JOIN pg_trigger AS p ON p.tgrelid = parent AND t.tgname = p.tgname
                WHERE t.tgrelid = rest AND NOT t.tgisinternal
            LOOP
                EXECUTE format('ALTER TABLE %s %s TRIGGER %I', rest, guard.enable, guard.trigger_name);
            END LOOP;
        END IF;
    END IF;

    EXECUTE format(
        'ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', parent, month, from_month, to_month
    );
    RETURN greatest(patience, 1);
END;
$$;

-- Waits at most a second for any lock and then lets the others pass before it tries again. Run by the owner, in a
-- transaction of its own: its locks last as long as that.
CREATE FUNCTION create_monthly_partitions(
    table_name text,
    months_ahead integer DEFAULT 3,
    as_of timestamptz DEFAULT now()
) RETURNS SETOF text
LANGUAGE plpgsql
SET search_path FROM CURRENT
SET timezone TO 'UTC'
SET lock_timeout TO '1s'
AS $$
DECLARE
    parent regclass;
    key_column name;
    home CONSTANT name := current_schema();
    from_month timestamptz;
    to_month timestamptz;
    month_name text;
    overlapping text;
    is_covered boolean;
    patience integer := 20;
BEGIN
    SELECT t.parent, t.key_column INTO parent, key_column
    FROM partitioned_table(table_name) AS t;
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'months_ahead is %, and not from 0 to 120', coalesce(months_ahead::text, 'NULL')
        USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- One maintainer at a time. Reading and writing go on.
    FOR attempt IN 1..5 LOOP
        BEGIN
            EXECUTE format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', parent);
            EXIT;
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN
                IF attempt = 5 THEN
                    RAISE;
                END IF;
                PERFORM pg_sleep(random() * attempt / 5);
        END;
    END LOOP;

    FOR ahead IN 0..months_ahead LOOP
        from_month := date_trunc('month', as_of) + make_interval(months => ahead);
        to_month := from_month + interval '1 month';
        month_name := table_name || to_char(from_month, '_YYYY_MM');

        SELECT
            string_agg(b.partition::text, ', '),
            bool_or(b.lower_bound <= from_month AND b.upper_bound >= to_month)
        INTO overlapping, is_covered
        FROM partition_bounds(parent) AS b
        WHERE b.lower_bound < to_month AND b.upper_bound > from_month;
        CONTINUE WHEN is_covered;
        IF overlapping IS NOT NULL THEN
            RAISE EXCEPTION 'a part of the month from % is in % already', from_month, overlapping
            USING ERRCODE = 'invalid_object_definition';
        END IF;
        IF to_regclass(format('%I.%I', home, month_name)) IS NOT NULL THEN
            RAISE EXCEPTION '% exists, and is not a partition of %', quote_ident(month_name), parent
            USING ERRCODE = 'duplicate_table', HINT = 'rename it, or attach it yourself';
        END IF;

        -- All locks or none: what was got before a failure is given back with the block.
        FOR attempt IN 1..5 LOOP
            BEGIN
                patience := attach_month(parent, key_column, month_name, from_month, to_month, patience);
                EXIT;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    IF attempt = 5 THEN
                        RAISE;
                    END IF;
                    PERFORM pg_sleep(random() * attempt / 5);
            END;
        END LOOP;
        RETURN NEXT month_name;
    END LOOP;
END;
$$;

-- Shows what is old, and does it when dry_run is false. retention_months: NULL for what partition_policies says.
CREATE FUNCTION drop_old_partitions(
    table_name text,
    retention_months integer DEFAULT NULL,
    dry_run boolean DEFAULT TRUE,
    as_of timestamptz DEFAULT now()
) RETURNS TABLE (partition_name text, upper_bound timestamptz, size_bytes bigint, action text)
LANGUAGE plpgsql
SET search_path FROM CURRENT
SET timezone TO 'UTC'
SET lock_timeout TO '1s'
AS $$
#variable_conflict use_column
DECLARE
    parent regclass;
    key_column name;
    home CONSTANT name := current_schema();
    archive CONSTANT text := current_schema() || '_archive';
    policy partition_policies;
    months integer;
    cutoff timestamptz;
    old record;
    kept regclass;
    is_recent boolean := FALSE;
BEGIN
    SELECT t.parent, t.key_column INTO parent, key_column
    FROM partitioned_table(table_name) AS t;
    SELECT p.* INTO policy
    FROM partition_policies AS p
    WHERE p.table_name = drop_old_partitions.table_name;
    months := coalesce(drop_old_partitions.retention_months, policy.retention_months);
    IF months < 1 THEN
        RAISE EXCEPTION 'retention_months is %, which keeps nothing', months USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF as_of IS NULL OR as_of > now() THEN
        RAISE EXCEPTION 'as_of is %, which is in the future', coalesce(as_of::text, 'NULL')
        USING ERRCODE = 'invalid_parameter_value';
    END IF;
    cutoff := date_trunc('month', as_of) - make_interval(months => months);

    FOR old IN
        SELECT b.partition, b.upper_bound, c.relname
        FROM partition_bounds(parent) AS b
        INNER JOIN pg_class AS c ON b.partition = c.oid
        WHERE b.upper_bound <= cutoff
        ORDER BY b.upper_bound
    LOOP
        -- A clock that is years ahead makes everything old. The rows know better: something must be younger.
        IF NOT is_recent THEN
            FOR kept IN
                SELECT b.partition
                FROM partition_bounds(parent) AS b
                WHERE b.upper_bound > cutoff OR b.upper_bound IS NULL
                ORDER BY b.upper_bound DESC NULLS LAST
            LOOP
                EXECUTE format(
                    'SELECT count(*) > 0 FROM (SELECT FROM %s WHERE %I >= $1 AND %I <= $2 LIMIT 1) AS s',
                    kept, key_column, key_column
                )
                INTO is_recent
                USING cutoff, as_of;
                EXIT WHEN is_recent;
            END LOOP;
            IF NOT is_recent THEN
                RAISE EXCEPTION '% has no row from % to %: nothing is dropped', parent, cutoff, as_of
                USING
                    ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'the clock is ahead of the data; when it is right, drop the partitions by hand';
            END IF;
        END IF;

        partition_name := old.relname::text;
        upper_bound := old.upper_bound;
        size_bytes := pg_total_relation_size(old.partition);
        action := CASE
            WHEN policy.on_expiry = 'archive' THEN format('archive as %I.%I', archive, old.relname)
            ELSE 'drop'
        END;
        IF dry_run IS NOT FALSE THEN
            action := 'would ' || action;
            RETURN NEXT;
            CONTINUE;
        END IF;

        FOR attempt IN 1..5 LOOP
            BEGIN
                EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', parent, old.partition);
                EXIT;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    IF attempt = 5 THEN
                        RAISE;
                    END IF;
                    PERFORM pg_sleep(random() * attempt / 5);
            END;
        END LOOP;
        IF policy.on_expiry = 'archive' THEN
            IF octet_length(archive) > 63 THEN
                RAISE EXCEPTION 'the name of schema % leaves no room for the one of its archive', home
                USING ERRCODE = 'name_too_long';
            END IF;
            PERFORM 1 FROM pg_namespace AS n WHERE n.nspname = archive;
            IF NOT FOUND THEN
                EXECUTE format('CREATE SCHEMA %I', archive);
            END IF;
            EXECUTE format('ALTER TABLE %s SET SCHEMA %I', old.partition, archive);
            -- Detached, it has lost the triggers that it had from its parent.
            EXECUTE format(
                'CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I.%I FOR EACH ROW EXECUTE FUNCTION refuse_change()',
                table_name || '_append_only', archive, old.relname
            );
            EXECUTE format(
                'ALTER TABLE %I.%I ENABLE ALWAYS TRIGGER %I', archive, old.relname, table_name || '_append_only'
            );
        ELSE
            EXECUTE format('DROP TABLE %s', old.partition);
        END IF;
        RETURN NEXT;
    END LOOP;
END;
$$;

REVOKE ALL ON FUNCTION
partitioned_table(text), partition_bounds(regclass),
attach_month(regclass, name, text, timestamptz, timestamptz, integer),
create_monthly_partitions(text, integer, timestamptz), drop_old_partitions(text, integer, boolean, timestamptz)
FROM public;
