-- Rows of two days: a small, fixed set of synchronizations for tests, drills and demonstrations.
-- seed: 000 4 Common Use Cases; 5 Query Examples

-- One synchronization of each status; one of the main repository, which has no worktree.
INSERT INTO agent_synchronizations (
    sync_id, agent_id, worktree_path, sync_type, source_location, target_location, pattern, status, created_at,
    completed_at, created_by, metadata
)
VALUES
(
    '550e8400-e29b-41d4-a716-446655440000', 'agent-001', '../german_feature_auth', 'file_update',
    '../TODO_feature_20251116_auth.md', 'worktree/TODO_feature_20251116_auth.md', 'todo_bidirectional', 'completed',
    '2025-11-16 09:00:00+00', '2025-11-16 09:00:02.500+00', 'claude-code', '{"branch": "feature/auth"}'
),
(
    '550e8400-e29b-41d4-a716-446655440001', 'agent-001', '../german_feature_auth', 'state_checkpoint',
    'state/checkpoint.json', 'worktree/checkpoint.json', 'checkpoint_append', 'in_progress',
    '2025-11-16 10:15:00+00', NULL, 'claude-code', NULL
),
(
    '550e8400-e29b-41d4-a716-446655440002', 'agent-002', NULL, 'task_completion',
    'data/patient_records.csv', 'reports/outcomes.json', 'planning_readonly', 'completed',
    '2025-11-16 13:30:00+00', '2025-11-16 13:30:10+00', 'researcher-001', '{"study": "cardiovascular"}'
),
(
    '550e8400-e29b-41d4-a716-446655440003', 'agent-002', '../german_feature_export', 'file_update',
    '../TODO_feature_20251117_export.md', 'worktree/TODO_feature_20251117_export.md', 'todo_bidirectional', 'failed',
    '2025-11-17 08:05:00+00', '2025-11-17 08:05:01.250+00', 'claude-code', NULL
),
(
    '550e8400-e29b-41d4-a716-446655440004', 'agent-003', '../german_feature_export', 'quality_gate',
    'coverage.xml', 'worktree/coverage.xml', 'planning_readonly', 'rolled_back',
    '2025-11-17 09:40:00+00', '2025-11-17 09:40:30+00', 'claude-code', NULL
),
(
    '550e8400-e29b-41d4-a716-446655440005', 'agent-003', '../german_feature_export', 'workflow_transition',
    'planning/export.md', 'worktree/planning/export.md', 'planning_readonly', 'pending',
    '2025-11-17 11:00:00+00', NULL, 'claude-code', NULL
);

INSERT INTO sync_executions (
    execution_id, sync_id, execution_order, operation_type, file_path, phi_accessed, phi_justification,
    operation_result, error_message, started_at, completed_at, duration_ms, checksum_before, checksum_after, metadata
)
VALUES
(
    'exec-0001', '550e8400-e29b-41d4-a716-446655440000', 1, 'read', '../TODO_feature_20251116_auth.md', FALSE, NULL,
    'success', NULL, '2025-11-16 09:00:00.100+00', '2025-11-16 09:00:00.145+00', 45, 'sha256:0a41', NULL, NULL
),
(
    'exec-0002', '550e8400-e29b-41d4-a716-446655440000', 2, 'write', 'worktree/TODO_feature_20251116_auth.md', FALSE,
    NULL, 'success', NULL, '2025-11-16 09:00:01+00', '2025-11-16 09:00:01.065+00', 65, 'sha256:0a41', 'sha256:0a41',
    '{"lines": 42}'
),
(
    'exec-0003', '550e8400-e29b-41d4-a716-446655440001', 1, 'read', 'state/checkpoint.json', FALSE, NULL, 'success',
    NULL, '2025-11-16 10:15:01+00', '2025-11-16 10:15:01.020+00', 20, 'sha256:77b0', NULL, NULL
),
(
    'exec-0004', '550e8400-e29b-41d4-a716-446655440002', 1, 'read', 'data/patient_records.csv', TRUE,
    'Required to analyze patient outcomes for IRB-2025-123 research protocol', 'success', NULL,
    '2025-11-16 13:30:01+00', '2025-11-16 13:30:01.120+00', 120, 'sha256:5ce1', NULL, NULL
),
(
    'exec-0005', '550e8400-e29b-41d4-a716-446655440002', 2, 'transform', 'reports/outcomes.json', TRUE,
    'Aggregates only: no patient is identified in the report', 'success', NULL, '2025-11-16 13:30:02+00',
    '2025-11-16 13:30:09+00', 7000, 'sha256:5ce1', 'sha256:90fd', NULL
),
(
    'exec-0006', '550e8400-e29b-41d4-a716-446655440003', 1, 'read', '../TODO_feature_20251117_export.md', FALSE, NULL,
    'success', NULL, '2025-11-17 08:05:00.100+00', '2025-11-17 08:05:00.130+00', 30, 'sha256:1d9e', NULL, NULL
),
(
    'exec-0007', '550e8400-e29b-41d4-a716-446655440003', 2, 'write', 'worktree/TODO_feature_20251117_export.md', FALSE,
    NULL, 'failure', 'No space left on device', '2025-11-17 08:05:00.500+00', '2025-11-17 08:05:01.200+00', 700,
    'sha256:1d9e', NULL, '{"errno": 28}'
),
(
    'exec-0008', '550e8400-e29b-41d4-a716-446655440004', 1, 'validate', 'coverage.xml', FALSE, NULL, 'failure',
    'Coverage of 79 % is below 80 %', '2025-11-17 09:40:01+00', '2025-11-17 09:40:02+00', 1000, NULL, NULL, NULL
),
(
    'exec-0009', '550e8400-e29b-41d4-a716-446655440004', 2, 'rollback', 'worktree/coverage.xml', FALSE, NULL,
    'rolled_back', NULL, '2025-11-17 09:40:20+00', '2025-11-17 09:40:20.080+00', 80, 'sha256:4b02', 'sha256:3f3f', NULL
),
(
    'exec-0010', '550e8400-e29b-41d4-a716-446655440000', 3, 'validate', '../TODO_feature_20251116_auth.md', FALSE,
    NULL, 'skipped', NULL, '2025-11-16 09:00:02+00', '2025-11-16 09:00:02.005+00', 5, 'sha256:0a41', 'sha256:0a41',
    NULL
);

-- Two statements, so that the seals have a block that covers another.
INSERT INTO sync_audit_trail (
    audit_id, sync_id, execution_id, event_type, actor, actor_role, timestamp, phi_involved, compliance_context,
    event_details, ip_address, session_id
)
VALUES
(
    'audit-0001', '550e8400-e29b-41d4-a716-446655440000', NULL, 'sync_initiated', 'claude-code', 'autonomous_agent',
    '2025-11-16 09:00:00+00', FALSE,
    '{"purpose": "Synchronize workflow state", "legal_basis": "Normal development operations"}',
    '{"sync_pattern": "todo_bidirectional"}', NULL, 'session-1'
),
(
    'audit-0002', '550e8400-e29b-41d4-a716-446655440000', 'exec-0002', 'sync_progressing', 'claude-code',
    'autonomous_agent', '2025-11-16 09:00:01.100+00', FALSE, '{"purpose": "Synchronize workflow state"}',
    '{"lines": 42}', NULL, 'session-1'
),
(
    'audit-0003', '550e8400-e29b-41d4-a716-446655440000', NULL, 'sync_completed', 'claude-code', 'autonomous_agent',
    '2025-11-16 09:00:02.500+00', FALSE, '{"purpose": "Completion of TODO sync"}',
    '{"execution_count": 3, "total_duration_ms": 115}', NULL, 'session-1'
),
(
    'audit-0004', '550e8400-e29b-41d4-a716-446655440001', 'exec-0003', 'sync_initiated', 'claude-code',
    'autonomous_agent', '2025-11-16 10:15:00+00', FALSE, '{"purpose": "Checkpoint"}', '{}', NULL, 'session-1'
),
(
    'audit-0005', '550e8400-e29b-41d4-a716-446655440002', 'exec-0004', 'phi_accessed', 'researcher-001', 'human_user',
    '2025-11-16 13:30:01.200+00', TRUE,
    '{"legal_basis": "HIPAA research authorization", "consent_id": "CONSENT-2025-001", "irb_protocol": "IRB-2025-123"}',
    '{"file": "patient_records.csv", "record_count": 150}', '10.0.0.7', 'session-2'
),
(
    'audit-0006', '550e8400-e29b-41d4-a716-446655440002', 'exec-0005', 'phi_modified', 'researcher-001', 'human_user',
    '2025-11-16 13:30:09.100+00', TRUE,
    '{"legal_basis": "HIPAA research authorization", "consent_id": "CONSENT-2025-001", "irb_protocol": "IRB-2025-123"}',
    '{"file": "outcomes.json"}', '10.0.0.7', 'session-2'
);

INSERT INTO sync_audit_trail (
    audit_id, sync_id, execution_id, event_type, actor, actor_role, timestamp, phi_involved, compliance_context,
    event_details, ip_address, session_id
)
VALUES
(
    'audit-0007', '550e8400-e29b-41d4-a716-446655440003', 'exec-0007', 'sync_failed', 'claude-code',
    'autonomous_agent', '2025-11-17 08:05:01.250+00', FALSE, '{"purpose": "Synchronize workflow state"}',
    '{"errno": 28}', NULL, 'session-3'
),
(
    'audit-0008', '550e8400-e29b-41d4-a716-446655440004', 'exec-0008', 'validation_failed', 'gate', 'system',
    '2025-11-17 09:40:02+00', FALSE, '{"purpose": "Quality gate"}', '{"coverage": 79}', NULL, NULL
),
(
    'audit-0009', '550e8400-e29b-41d4-a716-446655440004', 'exec-0009', 'sync_rolled_back', 'claude-code',
    'autonomous_agent', '2025-11-17 09:40:30+00', FALSE, '{"purpose": "Quality gate"}', '{}', NULL, 'session-3'
),
(
    'audit-0010', '550e8400-e29b-41d4-a716-446655440005', NULL, 'sync_initiated', 'claude-code', 'autonomous_agent',
    '2025-11-17 11:00:00+00', FALSE, '{"purpose": "Workflow transition"}', '{}', NULL, 'session-3'
);
