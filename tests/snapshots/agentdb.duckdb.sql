-- sequence sync_audit_block_number
CREATE SEQUENCE sync_audit_block_number INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 NO CYCLE;

-- table agent_synchronization_keys
CREATE TABLE agent_synchronization_keys(sync_id VARCHAR, PRIMARY KEY(sync_id));

-- table agent_synchronizations
CREATE TABLE agent_synchronizations(sync_id VARCHAR, agent_id VARCHAR NOT NULL, worktree_path VARCHAR, sync_type VARCHAR NOT NULL, source_location VARCHAR NOT NULL, target_location VARCHAR NOT NULL, pattern VARCHAR NOT NULL, status VARCHAR NOT NULL, created_at TIMESTAMP WITH TIME ZONE DEFAULT(CURRENT_TIMESTAMP) NOT NULL, completed_at TIMESTAMP WITH TIME ZONE, created_by VARCHAR NOT NULL, metadata JSON, PRIMARY KEY(sync_id), CHECK((status IN ('pending', 'in_progress', 'completed', 'failed', 'rolled_back'))), CHECK(isfinite(created_at)), CHECK(isfinite(completed_at)));

-- table schema_metadata
CREATE TABLE schema_metadata(schema_name VARCHAR, schema_version VARCHAR NOT NULL, applied_at TIMESTAMP WITH TIME ZONE DEFAULT(CURRENT_TIMESTAMP) NOT NULL, applied_by VARCHAR NOT NULL, description VARCHAR, PRIMARY KEY(schema_name), CHECK(isfinite(applied_at)));

-- table sync_audit_blocks
CREATE TABLE sync_audit_blocks(block_number BIGINT, sealed_at TIMESTAMP WITH TIME ZONE NOT NULL, event_count BIGINT NOT NULL, covers BIGINT[] NOT NULL, block_hash VARCHAR NOT NULL, PRIMARY KEY(block_number));

-- table sync_audit_seals
CREATE TABLE sync_audit_seals(audit_id VARCHAR NOT NULL, block_number BIGINT NOT NULL, event_hash VARCHAR NOT NULL);

-- table sync_audit_trail
CREATE TABLE sync_audit_trail(audit_id VARCHAR, sync_id VARCHAR NOT NULL, execution_id VARCHAR, event_type VARCHAR NOT NULL, actor VARCHAR NOT NULL, actor_role VARCHAR NOT NULL, "timestamp" TIMESTAMP WITH TIME ZONE DEFAULT(CURRENT_TIMESTAMP) NOT NULL, phi_involved BOOLEAN DEFAULT(false) NOT NULL, compliance_context JSON NOT NULL, event_details JSON NOT NULL, ip_address VARCHAR, session_id VARCHAR, PRIMARY KEY(audit_id), FOREIGN KEY (sync_id) REFERENCES agent_synchronization_keys(sync_id), FOREIGN KEY (execution_id) REFERENCES sync_execution_keys(execution_id), CHECK((event_type IN ('sync_initiated', 'sync_progressing', 'sync_completed', 'sync_failed', 'sync_rolled_back', 'phi_accessed', 'phi_created', 'phi_modified', 'validation_failed', 'conflict_detected', 'conflict_resolved', 'permission_denied', 'integrity_violation'))), CHECK((actor_role IN ('human_user', 'autonomous_agent', 'system'))), CHECK(isfinite("timestamp")));

-- table sync_execution_keys
CREATE TABLE sync_execution_keys(execution_id VARCHAR, PRIMARY KEY(execution_id));

-- table sync_executions
CREATE TABLE sync_executions(execution_id VARCHAR, sync_id VARCHAR NOT NULL, execution_order INTEGER NOT NULL, operation_type VARCHAR NOT NULL, file_path VARCHAR, phi_accessed BOOLEAN DEFAULT(false) NOT NULL, phi_justification VARCHAR, operation_result VARCHAR NOT NULL, error_message VARCHAR, started_at TIMESTAMP WITH TIME ZONE DEFAULT(CURRENT_TIMESTAMP) NOT NULL, completed_at TIMESTAMP WITH TIME ZONE, duration_ms INTEGER, checksum_before VARCHAR, checksum_after VARCHAR, metadata JSON, PRIMARY KEY(execution_id), FOREIGN KEY (sync_id) REFERENCES agent_synchronization_keys(sync_id), CHECK((execution_order >= 0)), CHECK((operation_type IN ('read', 'write', 'delete', 'validate', 'transform', 'merge', 'rollback'))), CHECK(((NOT phi_accessed) OR COALESCE(regexp_matches(phi_justification, '[^\s\p{Z}\p{C}]'), false))), CHECK((operation_result IN ('success', 'failure', 'skipped', 'rolled_back'))), CHECK(isfinite(started_at)), CHECK(isfinite(completed_at)), CHECK((duration_ms >= 0)));

-- index idx_audit_actor
CREATE INDEX idx_audit_actor ON sync_audit_trail(actor);

-- index idx_audit_event
CREATE INDEX idx_audit_event ON sync_audit_trail(event_type);

-- index idx_audit_execution
CREATE INDEX idx_audit_execution ON sync_audit_trail(execution_id);

-- index idx_audit_phi
CREATE INDEX idx_audit_phi ON sync_audit_trail(phi_involved);

-- index idx_audit_phi_actor_time
CREATE INDEX idx_audit_phi_actor_time ON sync_audit_trail(phi_involved, actor, "timestamp");

-- index idx_audit_session
CREATE INDEX idx_audit_session ON sync_audit_trail(session_id);

-- index idx_audit_sync
CREATE INDEX idx_audit_sync ON sync_audit_trail(sync_id, "timestamp");

-- index idx_audit_timestamp
CREATE INDEX idx_audit_timestamp ON sync_audit_trail("timestamp");

-- index idx_exec_file
CREATE INDEX idx_exec_file ON sync_executions(file_path);

-- index idx_exec_phi
CREATE INDEX idx_exec_phi ON sync_executions(phi_accessed);

-- index idx_exec_result
CREATE INDEX idx_exec_result ON sync_executions(operation_result);

-- index idx_exec_started
CREATE INDEX idx_exec_started ON sync_executions(started_at);

-- index idx_exec_sync
CREATE INDEX idx_exec_sync ON sync_executions(sync_id, execution_order);

-- index idx_exec_sync_result
CREATE INDEX idx_exec_sync_result ON sync_executions(sync_id, operation_result);

-- index idx_sync_agent
CREATE INDEX idx_sync_agent ON agent_synchronizations(agent_id);

-- index idx_sync_agent_status
CREATE INDEX idx_sync_agent_status ON agent_synchronizations(agent_id, status);

-- index idx_sync_created
CREATE INDEX idx_sync_created ON agent_synchronizations(created_at);

-- index idx_sync_pattern
CREATE INDEX idx_sync_pattern ON agent_synchronizations(pattern);

-- index idx_sync_status
CREATE INDEX idx_sync_status ON agent_synchronizations(status);

-- index idx_sync_worktree
CREATE INDEX idx_sync_worktree ON agent_synchronizations(worktree_path);

-- view v_current_sync_status
CREATE VIEW v_current_sync_status AS SELECT s.sync_id, s.agent_id, s.worktree_path, s.sync_type, s.pattern, s.status, s.created_at, s.completed_at, s.created_by, count(e.execution_id) AS execution_count, count(e.execution_id) FILTER (WHERE e.phi_accessed) AS phi_access_count, count(e.execution_id) FILTER (WHERE (e.operation_result = 'failure')) AS failure_count, CAST(sum(e.duration_ms) AS BIGINT) AS total_duration_ms FROM (agent_synchronizations AS s LEFT JOIN sync_executions AS e ON ((s.sync_id = e.sync_id))) GROUP BY ALL;

-- view v_failed_operations
CREATE VIEW v_failed_operations AS SELECT e.execution_id, e.sync_id, s.sync_type, s.pattern, e.operation_type, e.file_path, e.error_message, e.started_at, s.created_by, count(a.audit_id) AS audit_event_count FROM ((sync_executions AS e INNER JOIN agent_synchronizations AS s ON ((e.sync_id = s.sync_id))) LEFT JOIN sync_audit_trail AS a ON ((e.execution_id = a.execution_id))) WHERE (e.operation_result = 'failure') GROUP BY ALL ORDER BY e.started_at DESC;

-- view v_phi_access_audit
CREATE VIEW v_phi_access_audit AS SELECT a.audit_id, a."timestamp", a.actor, a.actor_role, a.event_type, s.sync_type, s.pattern, e.file_path, e.phi_justification, a.compliance_context, a.session_id FROM ((sync_audit_trail AS a INNER JOIN agent_synchronizations AS s ON ((a.sync_id = s.sync_id))) LEFT JOIN sync_executions AS e ON ((a.execution_id = e.execution_id))) WHERE a.phi_involved ORDER BY a."timestamp" DESC;

-- view v_sync_performance
CREATE VIEW v_sync_performance AS SELECT s.pattern, s.sync_type, count_star() AS total_syncs, count_star() FILTER (WHERE (s.status = 'completed')) AS successful_syncs, count_star() FILTER (WHERE (s.status = 'failed')) AS failed_syncs, avg((epoch_ms(s.completed_at) - epoch_ms(s.created_at))) AS avg_duration_ms, max((epoch_ms(s.completed_at) - epoch_ms(s.created_at))) AS max_duration_ms FROM agent_synchronizations AS s WHERE (s.completed_at IS NOT NULL) GROUP BY s.pattern, s.sync_type ORDER BY total_syncs DESC;

-- trigger agent_synchronizations_key_added
CREATE TRIGGER agent_synchronizations_key_added AFTER INSERT ON agent_synchronizations REFERENCING NEW TABLE AS n FOR EACH STATEMENT INSERT INTO agent_synchronization_keys (sync_id) SELECT n.sync_id FROM n;

-- trigger agent_synchronizations_key_kept
CREATE TRIGGER agent_synchronizations_key_kept AFTER UPDATE ON agent_synchronizations REFERENCING NEW TABLE AS n OLD TABLE AS o FOR EACH STATEMENT INSERT INTO agent_synchronization_keys (sync_id) SELECT "error"((('sync_id ' || o.sync_id) || ' cannot be changed: insert a new synchronization instead')) FROM o WHERE (NOT (o.sync_id = ANY(SELECT n.sync_id FROM n)));

-- trigger agent_synchronizations_key_removed
CREATE TRIGGER agent_synchronizations_key_removed AFTER DELETE ON agent_synchronizations REFERENCING OLD TABLE AS o FOR EACH STATEMENT DELETE FROM agent_synchronization_keys WHERE (sync_id = ANY(SELECT o.sync_id FROM o));

-- trigger sync_audit_blocks_refuse_delete
CREATE TRIGGER sync_audit_blocks_refuse_delete AFTER DELETE ON sync_audit_blocks REFERENCING OLD TABLE AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"((('DELETE not allowed on sync_audit_blocks: block ' || o.block_number) || ' proves what was written')) FROM o;

-- trigger sync_audit_blocks_refuse_update
CREATE TRIGGER sync_audit_blocks_refuse_update AFTER UPDATE ON sync_audit_blocks REFERENCING OLD TABLE AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"((('UPDATE not allowed on sync_audit_blocks: block ' || o.block_number) || ' proves what was written')) FROM o;

-- trigger sync_audit_seals_block
CREATE TRIGGER sync_audit_seals_block AFTER INSERT ON sync_audit_seals REFERENCING NEW TABLE AS n FOR EACH STATEMENT INSERT INTO sync_audit_blocks (block_number, sealed_at, event_count, covers, block_hash) WITH recent AS (SELECT b.block_number, b.covers, b.block_hash FROM sync_audit_blocks AS b WHERE (b.rowid >= ((SELECT count_star() FROM sync_audit_blocks) - 1024))), heads AS (SELECT COALESCE(list(r.block_number ORDER BY r.block_number), list_value()) AS covers, COALESCE(string_agg(r.block_hash, '' ORDER BY r.block_number), '') AS covered_hashes FROM recent AS r WHERE (NOT (r.block_number = ANY(SELECT unnest(c.covers) FROM recent AS c)))), events AS (SELECT n.block_number, count_star() AS event_count, sha256(string_agg(n.event_hash, '' ORDER BY n.event_hash)) AS events_hash FROM n GROUP BY n.block_number) SELECT e.block_number, CURRENT_TIMESTAMP, e.event_count, h.covers, sha256(json_array(e.block_number, epoch_us(CURRENT_TIMESTAMP), e.event_count, e.events_hash, h.covers, h.covered_hashes)) FROM (events AS e CROSS JOIN heads AS h);

-- trigger sync_audit_seals_refuse_delete
CREATE TRIGGER sync_audit_seals_refuse_delete AFTER DELETE ON sync_audit_seals REFERENCING OLD TABLE AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"((('DELETE not allowed on sync_audit_seals: the seal of event ' || o.audit_id) || ' proves what was written')) FROM o;

-- trigger sync_audit_seals_refuse_update
CREATE TRIGGER sync_audit_seals_refuse_update AFTER UPDATE ON sync_audit_seals REFERENCING OLD TABLE AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"((('UPDATE not allowed on sync_audit_seals: the seal of event ' || o.audit_id) || ' proves what was written')) FROM o;

-- trigger sync_audit_trail_refuse_delete
CREATE TRIGGER sync_audit_trail_refuse_delete AFTER DELETE ON sync_audit_trail REFERENCING OLD TABLE AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"((('DELETE not allowed on sync_audit_trail (append-only, 21 CFR Part 11): event ' || o.audit_id) || ' stays; to remove the whole schema, export the trail and run rung down')) FROM o;

-- trigger sync_audit_trail_refuse_update
CREATE TRIGGER sync_audit_trail_refuse_update AFTER UPDATE ON sync_audit_trail REFERENCING OLD TABLE AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"((('UPDATE not allowed on sync_audit_trail (append-only, 21 CFR Part 11): event ' || o.audit_id) || ' stays as it was written; insert a new event that corrects it')) FROM o;

-- trigger sync_audit_trail_seal
CREATE TRIGGER sync_audit_trail_seal AFTER INSERT ON sync_audit_trail REFERENCING NEW TABLE AS n FOR EACH STATEMENT INSERT INTO sync_audit_seals (audit_id, block_number, event_hash) SELECT n.audit_id, (SELECT nextval('sync_audit_block_number')), sha256(json_array(n.audit_id, n.sync_id, n.execution_id, n.event_type, n.actor, n.actor_role, epoch_us(n."timestamp"), n.phi_involved, CAST(n.compliance_context AS VARCHAR), CAST(n.event_details AS VARCHAR), n.ip_address, n.session_id)) FROM n;

-- trigger sync_executions_key_added
CREATE TRIGGER sync_executions_key_added AFTER INSERT ON sync_executions REFERENCING NEW TABLE AS n FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT n.execution_id FROM n;

-- trigger sync_executions_key_kept
CREATE TRIGGER sync_executions_key_kept AFTER UPDATE ON sync_executions REFERENCING NEW TABLE AS n OLD TABLE AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"((('execution_id ' || o.execution_id) || ' cannot be changed: insert a new execution instead')) FROM o WHERE (NOT (o.execution_id = ANY(SELECT n.execution_id FROM n)));

-- trigger sync_executions_key_removed
CREATE TRIGGER sync_executions_key_removed AFTER DELETE ON sync_executions REFERENCING OLD TABLE AS o FOR EACH STATEMENT DELETE FROM sync_execution_keys WHERE (execution_id = ANY(SELECT o.execution_id FROM o));
