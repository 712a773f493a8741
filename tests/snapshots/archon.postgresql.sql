-- table archon_migrations
CREATE TABLE archon_migrations ();

-- table archon_sync_history
CREATE TABLE archon_sync_history ();

-- column archon_migrations.applied_at
ALTER TABLE archon_migrations ADD COLUMN applied_at timestamp with time zone DEFAULT now() /* 4 */;

-- column archon_migrations.checksum
ALTER TABLE archon_migrations ADD COLUMN checksum character varying(32) /* 5 */;

-- column archon_migrations.id
ALTER TABLE archon_migrations ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column archon_migrations.migration_name
ALTER TABLE archon_migrations ADD COLUMN migration_name character varying(255) NOT NULL /* 3 */;

-- column archon_migrations.version
ALTER TABLE archon_migrations ADD COLUMN version character varying(20) NOT NULL /* 2 */;

-- column archon_sync_history.backup_file_path
ALTER TABLE archon_sync_history ADD COLUMN backup_file_path text /* 22 */;

-- column archon_sync_history.completed_at
ALTER TABLE archon_sync_history ADD COLUMN completed_at timestamp with time zone /* 6 */;

-- column archon_sync_history.created_at
ALTER TABLE archon_sync_history ADD COLUMN created_at timestamp with time zone DEFAULT now() NOT NULL /* 26 */;

-- column archon_sync_history.current_phase
ALTER TABLE archon_sync_history ADD COLUMN current_phase text /* 11 */;

-- column archon_sync_history.current_table
ALTER TABLE archon_sync_history ADD COLUMN current_table text /* 10 */;

-- column archon_sync_history.direction
ALTER TABLE archon_sync_history ADD COLUMN direction text NOT NULL /* 3 */;

-- column archon_sync_history.duration_seconds
ALTER TABLE archon_sync_history ADD COLUMN duration_seconds integer /* 7 */;

-- column archon_sync_history.error_details
ALTER TABLE archon_sync_history ADD COLUMN error_details jsonb DEFAULT '{}'::jsonb /* 16 */;

-- column archon_sync_history.error_message
ALTER TABLE archon_sync_history ADD COLUMN error_message text /* 15 */;

-- column archon_sync_history.export_duration_seconds
ALTER TABLE archon_sync_history ADD COLUMN export_duration_seconds integer /* 19 */;

-- column archon_sync_history.export_size_mb
ALTER TABLE archon_sync_history ADD COLUMN export_size_mb numeric(10,2) /* 17 */;

-- column archon_sync_history.id
ALTER TABLE archon_sync_history ADD COLUMN id uuid DEFAULT gen_random_uuid() NOT NULL /* 1 */;

-- column archon_sync_history.import_duration_seconds
ALTER TABLE archon_sync_history ADD COLUMN import_duration_seconds integer /* 18 */;

-- column archon_sync_history.indexing_duration_seconds
ALTER TABLE archon_sync_history ADD COLUMN indexing_duration_seconds integer /* 20 */;

-- column archon_sync_history.metadata
ALTER TABLE archon_sync_history ADD COLUMN metadata jsonb DEFAULT '{}'::jsonb /* 25 */;

-- column archon_sync_history.percent_complete
ALTER TABLE archon_sync_history ADD COLUMN percent_complete integer DEFAULT 0 /* 12 */;

-- column archon_sync_history.source_db
ALTER TABLE archon_sync_history ADD COLUMN source_db text /* 23 */;

-- column archon_sync_history.started_at
ALTER TABLE archon_sync_history ADD COLUMN started_at timestamp with time zone DEFAULT now() NOT NULL /* 5 */;

-- column archon_sync_history.status
ALTER TABLE archon_sync_history ADD COLUMN status text NOT NULL /* 4 */;

-- column archon_sync_history.sync_id
ALTER TABLE archon_sync_history ADD COLUMN sync_id text NOT NULL /* 2 */;

-- column archon_sync_history.synced_rows
ALTER TABLE archon_sync_history ADD COLUMN synced_rows integer /* 9 */;

-- column archon_sync_history.tables_synced
ALTER TABLE archon_sync_history ADD COLUMN tables_synced jsonb DEFAULT '[]'::jsonb /* 13 */;

-- column archon_sync_history.target_db
ALTER TABLE archon_sync_history ADD COLUMN target_db text /* 24 */;

-- column archon_sync_history.total_rows
ALTER TABLE archon_sync_history ADD COLUMN total_rows integer /* 8 */;

-- column archon_sync_history.triggered_by
ALTER TABLE archon_sync_history ADD COLUMN triggered_by text DEFAULT 'User'::text /* 21 */;

-- column archon_sync_history.updated_at
ALTER TABLE archon_sync_history ADD COLUMN updated_at timestamp with time zone DEFAULT now() NOT NULL /* 27 */;

-- column archon_sync_history.verification_results
ALTER TABLE archon_sync_history ADD COLUMN verification_results jsonb DEFAULT '{}'::jsonb /* 14 */;

-- constraint archon_migrations.archon_migrations_pkey
ALTER TABLE archon_migrations ADD CONSTRAINT archon_migrations_pkey PRIMARY KEY (id);

-- constraint archon_migrations.archon_migrations_registered_once_key
ALTER TABLE archon_migrations ADD CONSTRAINT archon_migrations_registered_once_key UNIQUE (version, migration_name);

-- constraint archon_sync_history.archon_sync_history_current_phase_check
ALTER TABLE archon_sync_history ADD CONSTRAINT archon_sync_history_current_phase_check CHECK (current_phase = ANY (ARRAY['validation'::text, 'export'::text, 'import'::text, 'indexing'::text, 'verification'::text]));

-- constraint archon_sync_history.archon_sync_history_direction_check
ALTER TABLE archon_sync_history ADD CONSTRAINT archon_sync_history_direction_check CHECK (direction = ANY (ARRAY['local-to-remote'::text, 'remote-to-local'::text, 'bidirectional'::text]));

-- constraint archon_sync_history.archon_sync_history_percent_complete_check
ALTER TABLE archon_sync_history ADD CONSTRAINT archon_sync_history_percent_complete_check CHECK (percent_complete >= 0 AND percent_complete <= 100);

-- constraint archon_sync_history.archon_sync_history_pkey
ALTER TABLE archon_sync_history ADD CONSTRAINT archon_sync_history_pkey PRIMARY KEY (id);

-- constraint archon_sync_history.archon_sync_history_source_db_check
ALTER TABLE archon_sync_history ADD CONSTRAINT archon_sync_history_source_db_check CHECK (source_db = ANY (ARRAY['local'::text, 'remote'::text]));

-- constraint archon_sync_history.archon_sync_history_status_check
ALTER TABLE archon_sync_history ADD CONSTRAINT archon_sync_history_status_check CHECK (status = ANY (ARRAY['running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]));

-- constraint archon_sync_history.archon_sync_history_sync_id_key
ALTER TABLE archon_sync_history ADD CONSTRAINT archon_sync_history_sync_id_key UNIQUE (sync_id);

-- constraint archon_sync_history.archon_sync_history_target_db_check
ALTER TABLE archon_sync_history ADD CONSTRAINT archon_sync_history_target_db_check CHECK (target_db = ANY (ARRAY['local'::text, 'remote'::text]));

-- index idx_sync_history_direction
CREATE INDEX idx_sync_history_direction ON archon_sync_history USING btree (direction, started_at DESC);

-- index idx_sync_history_metadata
CREATE INDEX idx_sync_history_metadata ON archon_sync_history USING gin (metadata);

-- index idx_sync_history_started
CREATE INDEX idx_sync_history_started ON archon_sync_history USING btree (started_at DESC);

-- index idx_sync_history_status
CREATE INDEX idx_sync_history_status ON archon_sync_history USING btree (status) WHERE status = ANY (ARRAY['running'::text, 'failed'::text]);

-- index idx_sync_history_triggered_by
CREATE INDEX idx_sync_history_triggered_by ON archon_sync_history USING btree (triggered_by, started_at DESC);

-- function get_latest_sync(p_direction text)
CREATE OR REPLACE FUNCTION get_latest_sync(p_direction text DEFAULT NULL::text)
 RETURNS TABLE(id uuid, sync_id text, direction text, status text, started_at timestamp with time zone, completed_at timestamp with time zone, duration_seconds integer, synced_rows integer, percent_complete integer)
 LANGUAGE sql
 STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
 SELECT s.id,
     s.sync_id,
     s.direction,
     s.status,
     s.started_at,
     s.completed_at,
     s.duration_seconds,
     s.synced_rows,
     s.percent_complete
    FROM archon_sync_history s
   WHERE ((get_latest_sync.p_direction IS NULL) OR (s.direction = get_latest_sync.p_direction))
   ORDER BY s.started_at DESC, s.created_at DESC, s.id DESC
  LIMIT 1;
END
;

-- function get_sync_stats(p_days integer)
CREATE OR REPLACE FUNCTION get_sync_stats(p_days integer DEFAULT 7)
 RETURNS TABLE(total_syncs bigint, successful_syncs bigint, failed_syncs bigint, avg_duration_seconds numeric, total_rows_synced bigint, local_to_remote_count bigint, remote_to_local_count bigint, bidirectional_count bigint, success_rate numeric)
 LANGUAGE sql
 STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
 SELECT count(*) AS total_syncs,
     count(*) FILTER (WHERE (s.status = 'completed'::text)) AS successful_syncs,
     count(*) FILTER (WHERE (s.status = 'failed'::text)) AS failed_syncs,
     round(avg(s.duration_seconds), 2) AS avg_duration_seconds,
     COALESCE(sum(s.synced_rows), (0)::bigint) AS total_rows_synced,
     count(*) FILTER (WHERE (s.direction = 'local-to-remote'::text)) AS local_to_remote_count,
     count(*) FILTER (WHERE (s.direction = 'remote-to-local'::text)) AS remote_to_local_count,
     count(*) FILTER (WHERE (s.direction = 'bidirectional'::text)) AS bidirectional_count,
     round(((100.0 * (count(*) FILTER (WHERE (s.status = 'completed'::text)))::numeric) / (NULLIF(count(*) FILTER (WHERE (s.status <> 'running'::text)), 0))::numeric), 2) AS success_rate
    FROM archon_sync_history s
   WHERE (s.started_at >=
         CASE
             WHEN ((get_sync_stats.p_days >= 1) AND (get_sync_stats.p_days <= 365000)) THEN (now() - make_interval(hours => (24 * get_sync_stats.p_days)))
             WHEN (get_sync_stats.p_days <= 0) THEN 'infinity'::timestamp with time zone
             ELSE '-infinity'::timestamp with time zone
         END);
END
;

-- function update_sync_history_updated_at()
CREATE OR REPLACE FUNCTION update_sync_history_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END;
$function$
;

-- trigger archon_sync_history.trigger_sync_history_updated_at
CREATE TRIGGER trigger_sync_history_updated_at BEFORE UPDATE ON archon_sync_history FOR EACH ROW EXECUTE FUNCTION update_sync_history_updated_at();

-- row security archon_sync_history
ALTER TABLE archon_sync_history ENABLE ROW LEVEL SECURITY;

-- policy archon_sync_history.Authenticated users can view
CREATE POLICY "Authenticated users can view" ON archon_sync_history AS PERMISSIVE FOR SELECT TO authenticated USING (true);

-- policy archon_sync_history.Service role full access
CREATE POLICY "Service role full access" ON archon_sync_history AS PERMISSIVE FOR ALL TO service_role USING (true) WITH CHECK (true);

-- grant function get_latest_sync(p_direction text) to authenticated
GRANT EXECUTE ON FUNCTION get_latest_sync(p_direction text) TO authenticated;

-- grant function get_latest_sync(p_direction text) to service_role
GRANT EXECUTE ON FUNCTION get_latest_sync(p_direction text) TO service_role;

-- grant function get_sync_stats(p_days integer) to authenticated
GRANT EXECUTE ON FUNCTION get_sync_stats(p_days integer) TO authenticated;

-- grant function get_sync_stats(p_days integer) to service_role
GRANT EXECUTE ON FUNCTION get_sync_stats(p_days integer) TO service_role;

-- grant schema of the schema to authenticated
GRANT USAGE ON SCHEMA of the schema TO authenticated;

-- grant schema of the schema to public
GRANT USAGE ON SCHEMA of the schema TO PUBLIC;

-- grant schema of the schema to service_role
GRANT USAGE ON SCHEMA of the schema TO service_role;

-- grant table archon_sync_history to authenticated
GRANT SELECT ON TABLE archon_sync_history TO authenticated;

-- grant table archon_sync_history to service_role
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE archon_sync_history TO service_role;

-- comment column archon_sync_history.current_phase
COMMENT ON COLUMN archon_sync_history.current_phase IS 'What the sync is at: validation, export, import, indexing or verification';

-- comment column archon_sync_history.direction
COMMENT ON COLUMN archon_sync_history.direction IS 'Where rows go: local-to-remote, remote-to-local or bidirectional';

-- comment column archon_sync_history.sync_id
COMMENT ON COLUMN archon_sync_history.sync_id IS 'Names the sync to people and logs; by habit sync_YYYYMMDD_HHMMSS';

-- comment column archon_sync_history.tables_synced
COMMENT ON COLUMN archon_sync_history.tables_synced IS 'Array of {table_name, row_count, duration_seconds}, one for each table that is through';

-- comment column archon_sync_history.verification_results
COMMENT ON COLUMN archon_sync_history.verification_results IS 'Row counts of both sides, compared table by table';

-- comment policy archon_sync_history.Authenticated users can view
COMMENT ON POLICY "Authenticated users can view" ON archon_sync_history IS 'USAGE on the schema came with this policy';

-- comment policy archon_sync_history.Service role full access
COMMENT ON POLICY "Service role full access" ON archon_sync_history IS 'USAGE on the schema came with this policy';

-- comment table archon_sync_history
COMMENT ON TABLE archon_sync_history IS 'Every synchronisation between the local and the remote database: progress while it runs, results afterwards';
