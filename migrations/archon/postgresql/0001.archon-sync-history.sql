-- Sync history: one row per synchronisation of two databases, closed from its first moment to all but two roles.
-- seed: 002 2. Table Schema Implemented; 4. Constraints Applied; 5. Row Level Security; Security Considerations
-- differs: the original grants nothing, so that on plain PostgreSQL nobody passes its policies, and takes nothing back,
--   so that on Supabase anon may TRUNCATE; it leaves current_phase, source_db and target_db unchecked; row level
--   security is not forced on the owner, who would then read nothing when the table is verified or backed up

-- Roles belong to the cluster. Supabase brings these; elsewhere the first archon of the cluster makes them, and says so
-- in a comment, so that the last archon, in whichever database, takes away what archon brought and nothing else.
DO $body$
DECLARE
    missing name;
BEGIN
    FOR missing IN
        SELECT wanted.role_name
        FROM unnest('{service_role, authenticated, anon}'::name[]) AS wanted (role_name)
        WHERE wanted.role_name NOT IN (SELECT r.rolname FROM pg_roles AS r)
    LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', missing);
            EXECUTE format('COMMENT ON ROLE %I IS %L', missing, 'brought by archon, removed with the last archon');
        EXCEPTION
            -- In this very moment another database of the cluster brought it.
            WHEN duplicate_object OR unique_violation THEN
                NULL;
        END;
    END LOOP;
END;
$body$;

CREATE TABLE archon_sync_history (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    sync_id text NOT NULL,
    direction text NOT NULL,
    status text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    duration_seconds integer,
    total_rows integer,
    synced_rows integer,
    current_table text,
    current_phase text,
    percent_complete integer DEFAULT 0,
    tables_synced jsonb DEFAULT '[]',
    verification_results jsonb DEFAULT '{}',
    error_message text,
    error_details jsonb DEFAULT '{}',
    export_size_mb numeric(10, 2),
    import_duration_seconds integer,
    export_duration_seconds integer,
    indexing_duration_seconds integer,
    triggered_by text DEFAULT 'User',
    backup_file_path text,
    source_db text,
    target_db text,
    metadata jsonb DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT archon_sync_history_pkey PRIMARY KEY (id),
    CONSTRAINT archon_sync_history_sync_id_key UNIQUE (sync_id),
    CONSTRAINT archon_sync_history_direction_check CHECK (
        direction IN ('local-to-remote', 'remote-to-local', 'bidirectional')
    ),
    CONSTRAINT archon_sync_history_status_check CHECK (status IN ('running', 'completed', 'failed', 'cancelled')),
    CONSTRAINT archon_sync_history_current_phase_check CHECK (
        current_phase IN ('validation', 'export', 'import', 'indexing', 'verification')
    ),
    CONSTRAINT archon_sync_history_percent_complete_check CHECK (percent_complete BETWEEN 0 AND 100),
    CONSTRAINT archon_sync_history_source_db_check CHECK (source_db IN ('local', 'remote')),
    CONSTRAINT archon_sync_history_target_db_check CHECK (target_db IN ('local', 'remote'))
);

COMMENT ON TABLE archon_sync_history IS
'Every synchronisation between the local and the remote database: progress while it runs, results afterwards';

COMMENT ON COLUMN archon_sync_history.sync_id IS
'Names the sync to people and logs; by habit sync_YYYYMMDD_HHMMSS';

COMMENT ON COLUMN archon_sync_history.direction IS
'Where rows go: local-to-remote, remote-to-local or bidirectional';

COMMENT ON COLUMN archon_sync_history.current_phase IS
'What the sync is at: validation, export, import, indexing or verification';

COMMENT ON COLUMN archon_sync_history.tables_synced IS
'Array of {table_name, row_count, duration_seconds}, one for each table that is through';

COMMENT ON COLUMN archon_sync_history.verification_results IS
'Row counts of both sides, compared table by table';

-- Supabase gives every new table to its three roles, TRUNCATE included, which no policy can stop.
REVOKE ALL ON archon_sync_history FROM public, anon, authenticated, service_role;

GRANT SELECT, INSERT, UPDATE, DELETE ON archon_sync_history TO service_role;

GRANT SELECT ON archon_sync_history TO authenticated;

ALTER TABLE archon_sync_history ENABLE ROW LEVEL SECURITY;

-- Supabase's service_role bypasses policies; the one that archon brings needs this.
CREATE POLICY "Service role full access" ON archon_sync_history
FOR ALL
TO service_role
USING (TRUE)
WITH CHECK (TRUE);

-- Neither this nor any other policy speaks of anon, so anon sees nothing.
CREATE POLICY "Authenticated users can view" ON archon_sync_history
FOR SELECT
TO authenticated
USING (TRUE);

-- Who may use the table must be let into its schema. The policy's comment remembers who already was: the rollback
-- leaves that.
DO $body$
DECLARE
    policy record;
BEGIN
    FOR policy IN
        SELECT
            p.polname,
            r.rolname,
            EXISTS (
                SELECT 1
                FROM pg_namespace AS n
                CROSS JOIN LATERAL aclexplode(n.nspacl) AS x
                WHERE n.nspname = current_schema() AND x.grantee = r.oid AND x.privilege_type = 'USAGE'
            ) AS was_let_in
        FROM pg_policy AS p
        INNER JOIN pg_roles AS r ON r.oid = ANY (p.polroles)
        WHERE p.polrelid = 'archon_sync_history'::regclass
    LOOP
        IF policy.was_let_in THEN
            EXECUTE format(
                'COMMENT ON POLICY %I ON archon_sync_history IS %L',
                policy.polname, 'USAGE on the schema was there before this policy'
            );
        ELSE
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), policy.rolname);
            EXECUTE format(
                'COMMENT ON POLICY %I ON archon_sync_history IS %L',
                policy.polname, 'USAGE on the schema came with this policy'
            );
        END IF;
    END LOOP;
END;
$body$;
