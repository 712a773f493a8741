-- Partitions verified: what makes and clears away months is exactly what this step made.
-- seed: 004 Schema Evolution Management, Partition Management; Data Retention Policies

WITH expected (subject, definition, problem) AS (
    VALUES
    ('partition_policies', 'table', 'no table is maintained')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname::text,
        concat_ws(
            ' ',
            CASE c.relpersistence WHEN 'u' THEN 'unlogged' END,
            'table',
            'PARTITION BY ' || pg_get_partkeydef(c.oid),
            'PARTITION OF ' || i.inhparent::regclass::text,
            pg_get_expr(c.relpartbound, c.oid),
            array_to_string(c.reloptions, ', ')
        )
    FROM pg_class AS c
    LEFT JOIN pg_inherits AS i ON c.oid = i.inhrelid
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relkind IN ('r', 'p')
        -- As an array, so that an index finds them.
        AND c.relname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;

WITH expected (subject, definition) AS (
    VALUES
    ('partition_policies.table_name', 'text NOT NULL'),
    ('partition_policies.retention_months', 'integer NOT NULL'),
    ('partition_policies.on_expiry', 'text NOT NULL')
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        c.relname || '.' || a.attname,
        concat_ws(
            ' ',
            format_type(a.atttypid, a.atttypmod),
            'COLLATE ' || (
                SELECT a.attcollation::regcollation::text
                FROM pg_type AS t
                WHERE t.oid = a.atttypid AND t.typcollation <> a.attcollation
            ),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attgenerated WHEN '' THEN 'DEFAULT' ELSE 'GENERATED ' || a.attgenerated::text END
            || ' ' || (
                SELECT pg_get_expr(d.adbin, d.adrelid, TRUE)
                FROM pg_attrdef AS d
                WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
            ),
            'IDENTITY ' || nullif(a.attidentity::text, '')
        )
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_schema()))
        AND c.relname = any(array(SELECT split_part(e.subject, '.', 1) FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE
    a.definition IS DISTINCT FROM e.definition
    AND to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) IS NOT NULL;

WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'partition_policies.partition_policies_retention_months_check',
        'CHECK (retention_months > 0)',
        'accepts a policy that keeps nothing'
    ),
    (
        'partition_policies.partition_policies_on_expiry_check',
        'CHECK (on_expiry = ANY (ARRAY[''drop''::text, ''archive''::text]))',
        'accepts a on_expiry that nobody knows, or refuses one that is known'
    ),
    (
        'partition_policies.partition_policies_pkey',
        'PRIMARY KEY (table_name)',
        'two rows of partition_policies can be the same'
    )
)

SELECT
    e.subject,
    coalesce('is now ' || pg_get_constraintdef(k.oid, TRUE), 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN pg_constraint AS k
    ON
        to_regclass(quote_ident(current_schema()) || '.' || split_part(e.subject, '.', 1)) = k.conrelid
        AND split_part(e.subject, '.', 2) = k.conname
WHERE pg_get_constraintdef(k.oid, TRUE) IS DISTINCT FROM e.definition;

-- The body is compared by the beginning of its SHA-256; its text is in the step.
WITH expected (subject, definition, problem) AS (
    VALUES
    (
        'attach_month',
        '(parent regclass, key_column name, month_name text, from_month timestamp with time zone, '
        || 'to_month timestamp with time zone, patience integer) RETURNS integer plpgsql SET '
        || 'search_path=here, pg_temp, TimeZone=UTC body adff9039c486',
        'months are not made, or rows that came early are lost'
    ),
    (
        'create_monthly_partitions',
        '(table_name text, months_ahead integer DEFAULT 3, as_of timestamp with time zone DEFAULT now()) '
        || 'RETURNS SETOF text plpgsql SET search_path=here, pg_temp, TimeZone=UTC, lock_timeout=1s body '
        || '28a10154f6b9',
        'months are not made before they begin'
    ),
    (
        'drop_old_partitions',
        '(table_name text, retention_months integer DEFAULT NULL::integer, dry_run boolean DEFAULT true, '
        || 'as_of timestamp with time zone DEFAULT now()) RETURNS TABLE(partition_name text, upper_bound '
        || 'timestamp with time zone, size_bytes bigint, action text) plpgsql SET search_path=here, pg_temp,'
        || ' TimeZone=UTC, lock_timeout=1s body e25cc1a1b913',
        'what is old stays, or what is young goes'
    ),
    (
        'partition_bounds',
        '(parent regclass) RETURNS TABLE(partition regclass, lower_bound timestamp with time zone, '
        || 'upper_bound timestamp with time zone) sql STABLE SET search_path=here, pg_temp, TimeZone=UTC, '
        || 'DateStyle=ISO, YMD body e971d23380fb',
        'what is old is not known'
    ),
    (
        'partitioned_table',
        '(table_name text) RETURNS TABLE(parent regclass, key_column name) plpgsql STABLE SET '
        || 'search_path=here, pg_temp body 68b224063062',
        'any table can be maintained, or none'
    )
),

actual (subject, definition) AS MATERIALIZED (
    SELECT
        p.proname::text,
        concat_ws(
            ' ',
            '(' || pg_get_function_arguments(p.oid) || ')',
            'RETURNS ' || pg_get_function_result(p.oid),
            (
                SELECT l.lanname
                FROM pg_language AS l
                WHERE l.oid = p.prolang
            ),
            CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' END,
            CASE WHEN p.proisstrict THEN 'STRICT' END,
            CASE WHEN p.proleakproof THEN 'LEAKPROOF' END,
            CASE p.proparallel WHEN 's' THEN 'PARALLEL SAFE' WHEN 'r' THEN 'PARALLEL RESTRICTED' END,
            CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' END,
            'SET ' || replace(
                array_to_string(p.proconfig, ', '), quote_ident(current_schema()) || ', pg_temp', 'here, pg_temp'
            ),
            'body ' || left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 12),
            CASE WHEN has_function_privilege('public', p.oid, 'EXECUTE') THEN 'EXECUTE by PUBLIC' END
        )
    FROM pg_proc AS p
    WHERE
        p.pronamespace = to_regnamespace(quote_ident(current_schema()))
        AND p.proname = any(array(SELECT e.subject FROM expected AS e))
)

SELECT
    e.subject,
    coalesce('is now ' || a.definition, 'is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.subject = a.subject
WHERE a.definition IS DISTINCT FROM e.definition;
