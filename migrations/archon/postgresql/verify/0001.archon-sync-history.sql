-- Sync history verified: the table is exactly what this step made, and lets in exactly the two roles it is for.
-- seed: 002 2. Table Schema Implemented; 4. Constraints Applied; 5. Row Level Security; Security Considerations

-- Everything is looked up in the schema that comes first in the search_path, in the words of PostgreSQL's own catalog.

SELECT
    'archon_sync_history' AS subject,
    'table is missing: no sync can be recorded' AS problem
WHERE to_regclass(quote_ident(current_schema()) || '.archon_sync_history') IS NULL
UNION ALL
SELECT
    'archon_sync_history' AS subject,
    'is not an ordinary table that survives a crash' AS problem
FROM pg_class AS c
WHERE
    c.oid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
    AND (c.relkind, c.relpersistence) <> ('r', 'p');

WITH expected (name, definition) AS (
    VALUES
    ('id', 'uuid NOT NULL DEFAULT gen_random_uuid()'),
    ('sync_id', 'text NOT NULL'),
    ('direction', 'text NOT NULL'),
    ('status', 'text NOT NULL'),
    ('started_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('completed_at', 'timestamp with time zone'),
    ('duration_seconds', 'integer'),
    ('total_rows', 'integer'),
    ('synced_rows', 'integer'),
    ('current_table', 'text'),
    ('current_phase', 'text'),
    ('percent_complete', 'integer DEFAULT 0'),
    ('tables_synced', 'jsonb DEFAULT ''[]''::jsonb'),
    ('verification_results', 'jsonb DEFAULT ''{}''::jsonb'),
    ('error_message', 'text'),
    ('error_details', 'jsonb DEFAULT ''{}''::jsonb'),
    ('export_size_mb', 'numeric(10,2)'),
    ('import_duration_seconds', 'integer'),
    ('export_duration_seconds', 'integer'),
    ('indexing_duration_seconds', 'integer'),
    ('triggered_by', 'text DEFAULT ''User''::text'),
    ('backup_file_path', 'text'),
    ('source_db', 'text'),
    ('target_db', 'text'),
    ('metadata', 'jsonb DEFAULT ''{}''::jsonb'),
    ('created_at', 'timestamp with time zone NOT NULL DEFAULT now()'),
    ('updated_at', 'timestamp with time zone NOT NULL DEFAULT now()')
),

actual (name, definition) AS (
    SELECT
        a.attname,
        format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        || CASE WHEN a.attidentity <> '' THEN ' AS IDENTITY' ELSE '' END
        || CASE WHEN a.attgenerated <> '' THEN ' GENERATED' ELSE '' END
        || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute AS a
    INNER JOIN pg_type AS t ON a.atttypid = t.oid
    LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE
        a.attrelid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
        AND a.attnum > 0
        AND NOT a.attisdropped
)

SELECT
    'archon_sync_history.' || e.name AS subject,
    coalesce('column is now ' || a.definition, 'column is missing') || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.name = a.name
WHERE
    to_regclass(quote_ident(current_schema()) || '.archon_sync_history') IS NOT NULL
    AND a.definition IS DISTINCT FROM e.definition;

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'archon_sync_history_pkey',
        'PRIMARY KEY (id)',
        'two syncs can have one id'
    ),
    (
        'archon_sync_history_sync_id_key',
        'UNIQUE (sync_id)',
        'two syncs can have one sync_id, and looking one up by it reads the whole history'
    ),
    (
        'archon_sync_history_direction_check',
        'CHECK ((direction = ANY (ARRAY[''local-to-remote''::text, ''remote-to-local''::text, '
        || '''bidirectional''::text])))',
        'get_sync_stats does not count a sync of any other direction, or one of the three cannot be recorded'
    ),
    (
        'archon_sync_history_status_check',
        'CHECK ((status = ANY (ARRAY[''running''::text, ''completed''::text, ''failed''::text, ''cancelled''::text])))',
        'a sync can have a status that nobody understands, or cannot have one of the four'
    ),
    (
        'archon_sync_history_current_phase_check',
        'CHECK ((current_phase = ANY (ARRAY[''validation''::text, ''export''::text, ''import''::text, '
        || '''indexing''::text, ''verification''::text])))',
        'a sync can be in a phase that nobody understands, or cannot be in one of the five'
    ),
    (
        'archon_sync_history_percent_complete_check',
        'CHECK (((percent_complete >= 0) AND (percent_complete <= 100)))',
        'progress can be less than nothing or more than all, or cannot be all of it'
    ),
    (
        'archon_sync_history_source_db_check',
        'CHECK ((source_db = ANY (ARRAY[''local''::text, ''remote''::text])))',
        'rows can come from a database that is neither local nor remote, or not from one of them'
    ),
    (
        'archon_sync_history_target_db_check',
        'CHECK ((target_db = ANY (ARRAY[''local''::text, ''remote''::text])))',
        'rows can go to a database that is neither local nor remote, or not to one of them'
    )
),

actual (name, definition) AS (
    SELECT
        k.conname,
        pg_get_constraintdef(k.oid)
    FROM pg_constraint AS k
    WHERE k.conrelid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'constraint is missing')
    || ': ' || e.problem || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.name = a.name
WHERE
    to_regclass(quote_ident(current_schema()) || '.archon_sync_history') IS NOT NULL
    AND a.definition IS DISTINCT FROM e.definition;

WITH expected (name, comment) AS (
    VALUES
    (
        NULL,
        'Every synchronisation between the local and the remote database: progress while it runs, results afterwards'
    ),
    ('sync_id', 'Names the sync to people and logs; by habit sync_YYYYMMDD_HHMMSS'),
    ('direction', 'Where rows go: local-to-remote, remote-to-local or bidirectional'),
    ('current_phase', 'What the sync is at: validation, export, import, indexing or verification'),
    ('tables_synced', 'Array of {table_name, row_count, duration_seconds}, one for each table that is through'),
    ('verification_results', 'Row counts of both sides, compared table by table')
)

SELECT
    concat_ws('.', c.relname, e.name) AS subject,
    'has ' || coalesce('the comment ' || quote_literal(d.description), 'no comment')
    || '; expected ' || quote_literal(e.comment) AS problem
FROM expected AS e
INNER JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
LEFT JOIN pg_attribute AS a ON c.oid = a.attrelid AND e.name = a.attname AND NOT a.attisdropped
LEFT JOIN pg_description AS d
    ON d.classoid = 'pg_class'::regclass AND c.oid = d.objoid AND coalesce(a.attnum, 0) = d.objsubid
WHERE (e.name IS NULL OR a.attname IS NOT NULL) AND d.description IS DISTINCT FROM e.comment;

WITH expected (name) AS (
    VALUES
    ('service_role'),
    ('authenticated'),
    ('anon')
)

SELECT
    e.name AS subject,
    'role is missing: who connects as it is refused' AS problem
FROM expected AS e
LEFT JOIN pg_roles AS r ON e.name = r.rolname
WHERE r.rolname IS NULL;

SELECT
    c.relname AS subject,
    'row level security is off: whoever is granted something has it for every row' AS problem
FROM pg_class AS c
WHERE c.oid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history') AND NOT c.relrowsecurity
UNION ALL
SELECT
    c.relname AS subject,
    'row level security is forced on the owner, whose checks and backups then see no row' AS problem
FROM pg_class AS c
WHERE c.oid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history') AND c.relforcerowsecurity;

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'Service role full access',
        'PERMISSIVE FOR ALL TO service_role USING true WITH CHECK true',
        'the service that runs syncs cannot record them, or others can'
    ),
    (
        'Authenticated users can view',
        'PERMISSIVE FOR SELECT TO authenticated USING true',
        'users cannot see the history, or can do more than that'
    )
),

actual (name, definition, origin) AS (
    SELECT
        p.polname,
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END
        || ' FOR '
        || CASE p.polcmd
            WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL'
        END
        || ' TO '
        || (
            SELECT string_agg(coalesce(r.rolname, 'public'), ', ' ORDER BY r.rolname)
            FROM unnest(p.polroles) AS u (role_oid)
            LEFT JOIN pg_roles AS r ON u.role_oid = r.oid
        )
        || coalesce(' USING ' || pg_get_expr(p.polqual, p.polrelid), '')
        || coalesce(' WITH CHECK ' || pg_get_expr(p.polwithcheck, p.polrelid), ''),
        obj_description(p.oid, 'pg_policy')
    FROM pg_policy AS p
    WHERE p.polrelid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'policy is missing')
    || ': ' || e.problem || '; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.name = a.name
WHERE
    to_regclass(quote_ident(current_schema()) || '.archon_sync_history') IS NOT NULL
    AND a.definition IS DISTINCT FROM e.definition
UNION ALL
SELECT
    a.name AS subject,
    'its comment does not tell whether USAGE on the schema came with it: the rollback may leave too much' AS problem
FROM expected AS e
INNER JOIN actual AS a ON e.name = a.name
WHERE
    coalesce(a.origin, '') NOT IN (
        'USAGE on the schema came with this policy', 'USAGE on the schema was there before this policy'
    );

-- Of grants to other roles than these, the owner and the public, this step knows nothing.
WITH expected (role_name, privilege, problem) AS (
    VALUES
    ('service_role', 'SELECT', 'the service that runs syncs cannot read them'),
    ('service_role', 'INSERT', 'the service that runs syncs cannot record one'),
    ('service_role', 'UPDATE', 'the service that runs syncs cannot record progress'),
    ('service_role', 'DELETE', 'the service that runs syncs cannot clear old ones'),
    ('authenticated', 'SELECT', 'users cannot see the history')
),

made AS (
    SELECT
        c.oid,
        c.relname,
        c.relowner,
        coalesce(c.relacl, acldefault('r', c.relowner)) AS acl
    FROM pg_class AS c
    WHERE c.oid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
),

held (role_oid, role_name, privilege, is_grantable) AS (
    SELECT
        x.grantee,
        coalesce(r.rolname, 'public'),
        x.privilege_type,
        x.is_grantable
    FROM made AS m
    CROSS JOIN LATERAL aclexplode(m.acl) AS x
    LEFT JOIN pg_roles AS r ON x.grantee = r.oid
    UNION ALL
    SELECT
        x.grantee,
        coalesce(r.rolname, 'public'),
        x.privilege_type || ' of ' || a.attname,
        x.is_grantable
    FROM made AS m
    INNER JOIN pg_attribute AS a ON m.oid = a.attrelid
    CROSS JOIN LATERAL aclexplode(a.attacl) AS x
    LEFT JOIN pg_roles AS r ON x.grantee = r.oid
)

SELECT
    m.relname AS subject,
    e.role_name || ' lacks ' || e.privilege || ': ' || e.problem AS problem
FROM expected AS e
CROSS JOIN made AS m
LEFT JOIN held AS h ON e.role_name = h.role_name AND e.privilege = h.privilege
WHERE h.role_name IS NULL
UNION ALL
SELECT
    m.relname AS subject,
    'its owner lacks ' || x.privilege_type AS problem
FROM made AS m
CROSS JOIN LATERAL aclexplode(acldefault('r', m.relowner)) AS x
LEFT JOIN held AS h ON x.grantee = h.role_oid AND x.privilege_type = h.privilege
WHERE h.role_oid IS NULL
UNION ALL
SELECT
    m.relname AS subject,
    h.role_name || ' has ' || h.privilege || CASE WHEN h.is_grantable THEN ' and may pass it on' ELSE '' END
    || ', which is more than its part' AS problem
FROM held AS h
CROSS JOIN made AS m
LEFT JOIN expected AS e ON h.role_name = e.role_name AND h.privilege = e.privilege
WHERE
    h.role_name IN ('public', 'anon', 'authenticated', 'service_role')
    AND h.role_oid <> m.relowner
    AND (e.role_name IS NULL OR h.is_grantable);

-- What a role had on the schema before this step is not judged.
WITH held AS (
    SELECT
        n.nspname,
        r.rolname,
        x.privilege_type,
        x.is_grantable,
        obj_description(p.oid, 'pg_policy') AS origin
    FROM pg_policy AS p
    INNER JOIN pg_roles AS r ON r.oid = any(p.polroles)
    INNER JOIN pg_namespace AS n ON n.nspname = current_schema()
    LEFT JOIN LATERAL aclexplode(n.nspacl) AS x ON r.oid = x.grantee
    WHERE
        p.polrelid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
        AND r.rolname IN ('service_role', 'authenticated')
)

SELECT
    'schema ' || quote_ident(h.nspname) AS subject,
    h.rolname || ' lacks USAGE: what it may do with the table, it cannot do' AS problem
FROM held AS h
GROUP BY h.nspname, h.rolname
HAVING bool_and(h.privilege_type IS DISTINCT FROM 'USAGE')
UNION ALL
SELECT
    'schema ' || quote_ident(h.nspname) AS subject,
    h.rolname || ' has ' || h.privilege_type || CASE WHEN h.is_grantable THEN ' and may pass it on' ELSE '' END
    || ', where this step gave it USAGE' AS problem
FROM held AS h
WHERE
    h.origin = 'USAGE on the schema came with this policy'
    AND (h.privilege_type <> 'USAGE' OR h.is_grantable);
