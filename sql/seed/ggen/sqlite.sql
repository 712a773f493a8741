-- Rows of four days: a small, fixed swarm for tests, drills and demonstrations.
-- seed: 001 Data Model, Core Entities; Integration Points, Data Flow

-- One session of each status.
INSERT INTO workflow_sessions (
    session_id, start_time, end_time, status, agent_count, total_duration_ms, successful_operations,
    failed_operations, context_json, created_at
)
VALUES
(
    'session-2026-01-26', '2026-01-26 09:00:00', '2026-01-26 09:20:00', 'completed', 3, 1200000, 4, 0,
    '{"branch": "main", "trigger": "push"}', '2026-01-26 09:00:00'
),
(
    'session-2026-01-27', '2026-01-27 14:30:00', '2026-01-27 14:41:30', 'failed', 3, 690000, 1, 2,
    '{"branch": "feature/shapes", "trigger": "pull_request"}', '2026-01-27 14:30:00'
),
(
    'session-2026-01-28', '2026-01-28 08:00:00', '2026-01-28 08:02:00', 'cancelled', 2, 120000, 0, 0, NULL,
    '2026-01-28 08:00:00'
),
(
    'session-2026-01-29', '2026-01-29 10:00:00', NULL, 'running', 5, NULL, 3, 0,
    '{"branch": "main", "trigger": "schedule"}', '2026-01-29 10:00:00'
);

-- Before their receipts, as the pipeline writes them: insert all of this in one transaction.
INSERT INTO pipeline_metrics (
    execution_id, stage, duration_ms, input_size_bytes, output_size_bytes, status, error_message,
    timestamp, created_at
)
VALUES
('exec-0001', 'μ₁_normalize', 120, 20000, 10500, 'passed', NULL, '2026-01-26T09:00:01.120Z', '2026-01-26 09:00:01'),
('exec-0001', 'μ₂_extract', 340, 10500, 5750, 'passed', NULL, '2026-01-26T09:00:01.460Z', '2026-01-26 09:00:01'),
('exec-0001', 'μ₃_emit', 80, 5750, 3375, 'passed', NULL, '2026-01-26T09:00:01.540Z', '2026-01-26 09:00:01'),
('exec-0001', 'μ₄_canonicalize', 40, 3375, 2187, 'passed', NULL, '2026-01-26T09:00:01.580Z', '2026-01-26 09:00:01'),
('exec-0001', 'μ₅_receipt', 20, 2187, 1593, 'passed', NULL, '2026-01-26T09:00:01.600Z', '2026-01-26 09:00:01'),
('exec-0002', 'μ₁_normalize', 210, 21111, 11055, 'passed', NULL, '2026-01-26T09:03:00.460Z', '2026-01-26 09:03:03'),
('exec-0002', 'μ₂_extract', 900, 11055, 6027, 'passed', NULL, '2026-01-26T09:03:01.360Z', '2026-01-26 09:03:03'),
('exec-0002', 'μ₃_emit', 1400, 6027, 3513, 'passed', NULL, '2026-01-26T09:03:02.760Z', '2026-01-26 09:03:03'),
('exec-0002', 'μ₄_canonicalize', 310, 3513, 2256, 'passed', NULL, '2026-01-26T09:03:03.070Z', '2026-01-26 09:03:03'),
('exec-0002', 'μ₅_receipt', 30, 2256, 1628, 'passed', NULL, '2026-01-26T09:03:03.100Z', '2026-01-26 09:03:03'),
('exec-0003', 'μ₁_normalize', 90, 22222, 11611, 'passed', NULL, '2026-01-26T09:10:00.090Z', '2026-01-26 09:10:02'),
('exec-0003', 'μ₂_extract', 210, 11611, 6305, 'passed', NULL, '2026-01-26T09:10:00.300Z', '2026-01-26 09:10:02'),
('exec-0003', 'μ₃_emit', 1900, 6305, 3652, 'passed', NULL, '2026-01-26T09:10:02.200Z', '2026-01-26 09:10:02'),
('exec-0003', 'μ₄_canonicalize', 150, 3652, 2326, 'passed', NULL, '2026-01-26T09:10:02.350Z', '2026-01-26 09:10:02'),
('exec-0003', 'μ₅_receipt', 25, 2326, 1663, 'passed', NULL, '2026-01-26T09:10:02.375Z', '2026-01-26 09:10:02'),
('exec-0004', 'μ₁_normalize', 60, 23333, 12166, 'passed', NULL, '2026-01-26T09:15:30.560Z', '2026-01-26 09:15:31'),
('exec-0004', 'μ₂_extract', 80, 12166, 6583, 'passed', NULL, '2026-01-26T09:15:30.640Z', '2026-01-26 09:15:31'),
('exec-0004', 'μ₃_emit', 110, 6583, 3791, 'passed', NULL, '2026-01-26T09:15:30.750Z', '2026-01-26 09:15:31'),
('exec-0004', 'μ₄_canonicalize', 720, 3791, 2395, 'passed', NULL, '2026-01-26T09:15:31.470Z', '2026-01-26 09:15:31'),
('exec-0004', 'μ₅_receipt', 30, 2395, 1697, 'passed', NULL, '2026-01-26T09:15:31.500Z', '2026-01-26 09:15:31'),
('exec-0005', 'μ₁_normalize', 130, 24444, 12722, 'passed', NULL, '2026-01-27T14:30:02.130Z', '2026-01-27 14:30:04'),
(
    'exec-0005', 'μ₂_extract', 2600, 12722, NULL, 'failed', 'shape ex:PersonShape: sh:minCount violated',
    '2026-01-27T14:30:04.730Z', '2026-01-27 14:30:04'
),
(
    'exec-0005', 'μ₃_emit', 0, 12722, NULL, 'failed', 'skipped after μ₂_extract failed', '2026-01-27T14:30:04.730Z',
    '2026-01-27 14:30:04'
),
(
    'exec-0005', 'μ₄_canonicalize', 0, 12722, NULL, 'failed', 'skipped after μ₂_extract failed',
    '2026-01-27T14:30:04.730Z', '2026-01-27 14:30:04'
),
(
    'exec-0005', 'μ₅_receipt', 0, 12722, NULL, 'failed', 'skipped after μ₂_extract failed',
    '2026-01-27T14:30:04.730Z', '2026-01-27 14:30:04'
),
('exec-0006', 'μ₁_normalize', 150, 25555, 13277, 'passed', NULL, '2026-01-27T14:32:00.150Z', '2026-01-27 14:32:01'),
('exec-0006', 'μ₂_extract', 1250, 13277, 7138, 'passed', NULL, '2026-01-27T14:32:01.400Z', '2026-01-27 14:32:01'),
('exec-0006', 'μ₃_emit', 70, 7138, 4069, 'passed', NULL, '2026-01-27T14:32:01.470Z', '2026-01-27 14:32:01'),
('exec-0006', 'μ₄_canonicalize', 60, 4069, 2534, 'passed', NULL, '2026-01-27T14:32:01.530Z', '2026-01-27 14:32:01'),
('exec-0006', 'μ₅_receipt', 20, 2534, 1767, 'passed', NULL, '2026-01-27T14:32:01.550Z', '2026-01-27 14:32:01'),
('exec-0007', 'μ₁_normalize', 200, 26666, 13833, 'passed', NULL, '2026-01-27T14:36:00.200Z', '2026-01-27 14:36:06'),
('exec-0007', 'μ₂_extract', 880, 13833, 7416, 'passed', NULL, '2026-01-27T14:36:01.080Z', '2026-01-27 14:36:06'),
(
    'exec-0007', 'μ₃_emit', 5200, 7416, NULL, 'failed', '3 of 12 templates were not rendered',
    '2026-01-27T14:36:06.280Z', '2026-01-27 14:36:06'
),
('exec-0007', 'μ₄_canonicalize', 330, 7416, 4208, 'passed', NULL, '2026-01-27T14:36:06.610Z', '2026-01-27 14:36:06'),
('exec-0007', 'μ₅_receipt', 40, 4208, 2604, 'passed', NULL, '2026-01-27T14:36:06.650Z', '2026-01-27 14:36:06'),
(
    'exec-0008', 'μ₁_normalize', 900, 27777, NULL, 'failed', 'cancelled by the user', '2026-01-28T08:00:05.900Z',
    '2026-01-28 08:00:05'
),
(
    'exec-0008', 'μ₂_extract', 0, 27777, NULL, 'failed', 'cancelled by the user', '2026-01-28T08:00:05.900Z',
    '2026-01-28 08:00:05'
),
(
    'exec-0008', 'μ₃_emit', 0, 27777, NULL, 'failed', 'cancelled by the user', '2026-01-28T08:00:05.900Z',
    '2026-01-28 08:00:05'
),
(
    'exec-0008', 'μ₄_canonicalize', 0, 27777, NULL, 'failed', 'cancelled by the user', '2026-01-28T08:00:05.900Z',
    '2026-01-28 08:00:05'
),
(
    'exec-0008', 'μ₅_receipt', 0, 27777, NULL, 'failed', 'cancelled by the user', '2026-01-28T08:00:05.900Z',
    '2026-01-28 08:00:05'
),
('exec-0009', 'μ₁_normalize', 110, 28888, 14944, 'passed', NULL, '2026-01-28T16:00:00.110Z', '2026-01-28 16:00:00'),
('exec-0009', 'μ₂_extract', 300, 14944, 7972, 'passed', NULL, '2026-01-28T16:00:00.410Z', '2026-01-28 16:00:00'),
('exec-0009', 'μ₃_emit', 60, 7972, 4486, 'passed', NULL, '2026-01-28T16:00:00.470Z', '2026-01-28 16:00:00'),
('exec-0009', 'μ₄_canonicalize', 40, 4486, 2743, 'passed', NULL, '2026-01-28T16:00:00.510Z', '2026-01-28 16:00:00'),
('exec-0009', 'μ₅_receipt', 10, 2743, 1871, 'passed', NULL, '2026-01-28T16:00:00.520Z', '2026-01-28 16:00:00'),
('exec-0010', 'μ₁_normalize', 180, 29999, 15499, 'passed', NULL, '2026-01-29T10:00:00.180Z', '2026-01-29 10:00:02'),
('exec-0010', 'μ₂_extract', 640, 15499, 8249, 'passed', NULL, '2026-01-29T10:00:00.820Z', '2026-01-29 10:00:02'),
('exec-0010', 'μ₃_emit', 1100, 8249, 4624, 'passed', NULL, '2026-01-29T10:00:01.920Z', '2026-01-29 10:00:02'),
('exec-0010', 'μ₄_canonicalize', 260, 4624, 2812, 'passed', NULL, '2026-01-29T10:00:02.180Z', '2026-01-29 10:00:02'),
('exec-0010', 'μ₅_receipt', 20, 2812, 1906, 'passed', NULL, '2026-01-29T10:00:02.200Z', '2026-01-29 10:00:02'),
('exec-0011', 'μ₁_normalize', 95, 31110, 16055, 'passed', NULL, '2026-01-29T10:00:01.595Z', '2026-01-29 10:00:04'),
('exec-0011', 'μ₂_extract', 190, 16055, 8527, 'passed', NULL, '2026-01-29T10:00:01.785Z', '2026-01-29 10:00:04'),
('exec-0011', 'μ₃_emit', 2100, 8527, 4763, 'passed', NULL, '2026-01-29T10:00:03.885Z', '2026-01-29 10:00:04'),
('exec-0011', 'μ₄_canonicalize', 160, 4763, 2881, 'passed', NULL, '2026-01-29T10:00:04.045Z', '2026-01-29 10:00:04'),
('exec-0011', 'μ₅_receipt', 25, 2881, 1940, 'passed', NULL, '2026-01-29T10:00:04.070Z', '2026-01-29 10:00:04'),
('exec-0012', 'μ₁_normalize', 50, 32221, 16610, 'passed', NULL, '2026-01-29T10:05:00.050Z', '2026-01-29 10:05:00'),
('exec-0012', 'μ₂_extract', 70, 16610, 8805, 'passed', NULL, '2026-01-29T10:05:00.120Z', '2026-01-29 10:05:00'),
('exec-0012', 'μ₃_emit', 90, 8805, 4902, 'passed', NULL, '2026-01-29T10:05:00.210Z', '2026-01-29 10:05:00'),
('exec-0012', 'μ₄_canonicalize', 80, 4902, 2951, 'passed', NULL, '2026-01-29T10:05:00.290Z', '2026-01-29 10:05:00'),
('exec-0012', 'μ₅_receipt', 610, 2951, 1975, 'passed', NULL, '2026-01-29T10:05:00.900Z', '2026-01-29 10:05:00');

-- Every operation and every status; duration_ms is the sum of the five stages.
INSERT INTO receipts (
    execution_id, agent_id, operation, status, timestamp, manifest_hash, ontology_hash,
    files_generated, files_modified, duration_ms, receipt_json, error_message, environment,
    created_at, session_id
)
VALUES
(
    'exec-0001', 'agent-validator', 'validation', 'passed', '2026-01-26T09:00:01.000Z', '69724c72d73ff8de',
    'c205f711aa5d8773', 0, 0, 600, '{"files": 0, "stages": 5, "ontology": "shop.ttl"}', NULL, 'ci',
    '2026-01-26 09:00:01', 'session-2026-01-26'
),
(
    'exec-0002', 'agent-generator', 'generation', 'passed', '2026-01-26T09:03:00.250Z', '69724c72d73ff8de',
    'c205f711aa5d8773', 42, 3, 2850, '{"files": 42, "stages": 5, "ontology": "shop.ttl"}', NULL, 'ci',
    '2026-01-26 09:03:03', 'session-2026-01-26'
),
(
    'exec-0003', 'agent-emitter', 'emission', 'passed', '2026-01-26T09:10:00.000Z', '69724c72d73ff8de',
    'c205f711aa5d8773', 17, 0, 2375, '{"files": 17, "stages": 5, "ontology": "shop.ttl"}', NULL, 'ci',
    '2026-01-26 09:10:02', 'session-2026-01-26'
),
(
    'exec-0004', 'agent-generator', 'canonicalization', 'passed', '2026-01-26T09:15:30.500Z', '69724c72d73ff8de',
    'c205f711aa5d8773', 0, 12, 1000, '{"files": 0, "stages": 5, "ontology": "shop.ttl"}', NULL, 'ci',
    '2026-01-26 09:15:31', 'session-2026-01-26'
),
(
    'exec-0005', 'agent-validator', 'validation', 'failed', '2026-01-27T14:30:02.000Z', '396c00555fb67668',
    'c205f711aa5d8773', 0, 0, 2730, NULL, 'shape ex:PersonShape: sh:minCount violated', 'ci', '2026-01-27 14:30:04',
    'session-2026-01-27'
),
(
    'exec-0006', 'agent-extractor', 'extraction', 'passed', '2026-01-27T14:32:00.000Z', '396c00555fb67668',
    'c205f711aa5d8773', 0, 0, 1550, '{"files": 0, "stages": 5, "ontology": "shop.ttl"}', NULL, 'ci',
    '2026-01-27 14:32:01', 'session-2026-01-27'
),
(
    'exec-0007', 'agent-generator', 'generation', 'partial', '2026-01-27T14:36:00.000Z', '396c00555fb67668',
    'c205f711aa5d8773', 9, 1, 6650, '{"files": 9, "stages": 5, "ontology": "shop.ttl"}',
    '3 of 12 templates were not rendered', 'ci', '2026-01-27 14:36:06', 'session-2026-01-27'
),
(
    'exec-0008', 'agent-normalizer', 'normalization', 'cancelled', '2026-01-28T08:00:05.000Z', '396c00555fb67668',
    NULL, 0, 0, 900, NULL, 'cancelled by the user', 'workstation', '2026-01-28 08:00:05', 'session-2026-01-28'
),
(
    'exec-0009', 'agent-validator', 'dry_run', 'passed', '2026-01-28T16:00:00.000Z', '8609f1753a27537f',
    'c205f711aa5d8773', NULL, NULL, 520, '{"files": 0, "stages": 5, "ontology": "shop.ttl"}', NULL, 'workstation',
    '2026-01-28 16:00:00', NULL
),
(
    'exec-0010', 'agent-generator', 'watch', 'passed', '2026-01-29T10:00:00.000Z', '8609f1753a27537f',
    'c205f711aa5d8773', 8, 2, 2200, '{"files": 8, "stages": 5, "ontology": "shop.ttl"}', NULL, 'ci',
    '2026-01-29 10:00:02', 'session-2026-01-29'
),
(
    'exec-0011', 'agent-emitter', 'emission', 'passed', '2026-01-29T10:00:01.500Z', '8609f1753a27537f',
    'c205f711aa5d8773', 21, 4, 2570, '{"files": 21, "stages": 5, "ontology": "shop.ttl"}', NULL, 'ci',
    '2026-01-29 10:00:04', 'session-2026-01-29'
),
(
    'exec-0012', 'agent-generator', 'receipt', 'passed', '2026-01-29T10:05:00.000Z', '8609f1753a27537f',
    'c205f711aa5d8773', 0, 0, 900, '{"files": 0, "stages": 5, "ontology": "shop.ttl"}', NULL, 'ci',
    '2026-01-29 10:05:00', 'session-2026-01-29'
);

-- At the first and the last millisecond of each execution, and one millisecond before and after exec-0010; in the three
-- spellings of a time that applications use.
INSERT INTO audit_log (
    timestamp, agent_id, operation, status, duration_ms, error_message, context_json, created_at
)
VALUES
(
    '2026-01-26T09:00:01.000Z', 'agent-validator', 'validation', 'started', NULL, NULL,
    '{"execution": "exec-0001"}', '2026-01-26 09:00:01'
),
(
    '2026-01-26T09:00:01.600Z', 'agent-validator', 'validation', 'completed', 600, NULL,
    '{"execution": "exec-0001"}', '2026-01-26 09:00:01'
),
(
    '2026-01-26T09:03:00.250Z', 'agent-generator', 'generation', 'started', NULL, NULL,
    '{"execution": "exec-0002"}', '2026-01-26 09:03:00'
),
(
    '2026-01-26T09:03:03.100Z', 'agent-generator', 'generation', 'completed', 2850, NULL,
    '{"execution": "exec-0002"}', '2026-01-26 09:03:03'
),
(
    '2026-01-26T09:10:00.000Z', 'agent-emitter', 'emission', 'started', NULL, NULL, '{"execution": "exec-0003"}',
    '2026-01-26 09:10:00'
),
(
    '2026-01-26T09:10:02.375Z', 'agent-emitter', 'emission', 'completed', 2375, NULL, '{"execution": "exec-0003"}',
    '2026-01-26 09:10:02'
),
(
    '2026-01-26T09:15:30.500Z', 'agent-generator', 'canonicalization', 'started', NULL, NULL,
    '{"execution": "exec-0004"}', '2026-01-26 09:15:30'
),
(
    '2026-01-26T09:15:31.500Z', 'agent-generator', 'canonicalization', 'completed', 1000, NULL,
    '{"execution": "exec-0004"}', '2026-01-26 09:15:31'
),
('2026-01-26 09:20:00', 'agent-generator', 'session.close', 'completed', 5, NULL, NULL, '2026-01-26 09:20:00'),
(
    '2026-01-27T14:30:02.000Z', 'agent-validator', 'validation', 'started', NULL, NULL,
    '{"execution": "exec-0005"}', '2026-01-27 14:30:02'
),
(
    '2026-01-27T14:30:04.730Z', 'agent-validator', 'validation', 'failed', 2730,
    'shape ex:PersonShape: sh:minCount violated', '{"execution": "exec-0005"}', '2026-01-27 14:30:04'
),
(
    '2026-01-27T14:32:00.000Z', 'agent-extractor', 'extraction', 'started', NULL, NULL,
    '{"execution": "exec-0006"}', '2026-01-27 14:32:00'
),
(
    '2026-01-27T14:32:01.550Z', 'agent-extractor', 'extraction', 'completed', 1550, NULL,
    '{"execution": "exec-0006"}', '2026-01-27 14:32:01'
),
(
    '2026-01-27T14:36:00.000Z', 'agent-generator', 'generation', 'started', NULL, NULL,
    '{"execution": "exec-0007"}', '2026-01-27 14:36:00'
),
(
    '2026-01-27T14:36:06.650Z', 'agent-generator', 'generation', 'completed', 6650, NULL,
    '{"execution": "exec-0007"}', '2026-01-27 14:36:06'
),
(
    '2026-01-28T08:00:05.000Z', 'agent-normalizer', 'normalization', 'started', NULL, NULL,
    '{"execution": "exec-0008"}', '2026-01-28 08:00:05'
),
(
    '2026-01-28T08:00:05.900Z', 'agent-normalizer', 'normalization', 'skipped', 900, NULL,
    '{"execution": "exec-0008"}', '2026-01-28 08:00:05'
),
(
    '2026-01-28T16:00:00.000Z', 'agent-validator', 'dry_run', 'started', NULL, NULL, '{"execution": "exec-0009"}',
    '2026-01-28 16:00:00'
),
(
    '2026-01-28T16:00:00.520Z', 'agent-validator', 'dry_run', 'completed', 520, NULL, '{"execution": "exec-0009"}',
    '2026-01-28 16:00:00'
),
('2026-01-29T09:59:59.999Z', 'agent-generator', 'session.open', 'completed', 2, NULL, NULL, '2026-01-29 09:59:59'),
(
    '2026-01-29 10:00:00', 'agent-generator', 'watch', 'started', NULL, NULL, '{"execution": "exec-0010"}',
    '2026-01-29 10:00:00'
),
(
    '2026-01-29 11:00:00.820+01:00', 'agent-generator', 'file.write', 'completed', 12, NULL,
    '{"path": "src/shop.rs"}', '2026-01-29 10:00:00'
),
(
    '2026-01-29T10:00:01.500Z', 'agent-emitter', 'emission', 'started', NULL, NULL, '{"execution": "exec-0011"}',
    '2026-01-29 10:00:01'
),
(
    '2026-01-29 11:00:02.200+01:00', 'agent-generator', 'watch', 'completed', 2200, NULL,
    '{"execution": "exec-0010"}', '2026-01-29 10:00:02'
),
('2026-01-29T10:00:02.201Z', 'agent-generator', 'cache.flush', 'completed', 3, NULL, NULL, '2026-01-29 10:00:02'),
(
    '2026-01-29T10:00:04.070Z', 'agent-emitter', 'emission', 'completed', 2570, NULL, '{"execution": "exec-0011"}',
    '2026-01-29 10:00:04'
),
(
    '2026-01-29T10:05:00.000Z', 'agent-generator', 'receipt', 'started', NULL, NULL, '{"execution": "exec-0012"}',
    '2026-01-29 10:05:00'
),
(
    '2026-01-29T10:05:00.400Z', 'agent-generator', 'receipt.sign', 'failed', 250,
    'signing key is locked, second try follows', NULL, '2026-01-29 10:05:00'
),
(
    '2026-01-29T10:05:00.900Z', 'agent-generator', 'receipt', 'completed', 900, NULL, '{"execution": "exec-0012"}',
    '2026-01-29 10:05:00'
);

-- One collision of each type.
INSERT INTO collision_detection (
    session_id, agent_id_1, agent_id_2, collision_type, description, resolution, severity,
    timestamp, created_at
)
VALUES
(
    'session-2026-01-26', 'agent-generator', 'agent-emitter', 'file_conflict', 'both wrote src/shop.rs',
    'agent-emitter rebased its output', 'warning', '2026-01-26T09:10:01.200Z', '2026-01-26 09:10:01'
),
(
    'session-2026-01-27', 'agent-generator', 'agent-validator', 'semantic_overlap',
    'both changed the meaning of ex:Order', 'left to a person', 'critical', '2026-01-27T14:36:02.000Z',
    '2026-01-27 14:36:02'
),
(
    'session-2026-01-27', 'agent-extractor', 'agent-generator', 'memory_conflict', 'both updated the prefix table',
    'the later update was kept', 'info', '2026-01-27T14:36:04.500Z', '2026-01-27 14:36:04'
),
(
    'session-2026-01-29', 'agent-generator', 'agent-emitter', 'structural_overlap',
    'both emitted module shop::order', NULL, 'warning', '2026-01-29T10:00:02.100Z', '2026-01-29 10:00:02'
);

-- An execution may miss several objectives.
INSERT INTO slo_violations (
    execution_id, metric, target_value, actual_value, severity, description, timestamp, created_at
)
VALUES
(
    'exec-0005', 'μ₂_extract duration_ms', 2000.0, 2600.0, 'warning', 'extraction took longer than 2 s',
    '2026-01-27T14:30:04.730Z', '2026-01-27 14:30:04'
),
(
    'exec-0007', 'μ₃_emit duration_ms', 3000.0, 5200.0, 'critical', 'emission took longer than 3 s',
    '2026-01-27T14:36:06.650Z', '2026-01-27 14:36:06'
),
(
    'exec-0007', 'files_generated ratio', 1.0, 0.75, 'warning', 'fewer files than templates',
    '2026-01-27T14:36:06.650Z', '2026-01-27 14:36:06'
),
(
    'exec-0012', 'μ₅_receipt duration_ms', 500.0, 610.0, 'warning', NULL, '2026-01-29T10:05:00.900Z',
    '2026-01-29 10:05:00'
);

-- One memory for each agent.
INSERT INTO agent_memory (
    agent_id, memory_json, collision_history, retry_count, last_error, updated_at, created_at
)
VALUES
(
    'agent-emitter', '{"template": "rust", "last_execution": "exec-0011"}',
    '[{"with": "agent-generator", "type": "file_conflict"}]', 0, NULL, '2026-01-29 10:00:04', '2026-01-26 08:59:00'
),
(
    'agent-extractor', '{"prefixes": {"ex": "https://example.org/"}, "last_execution": "exec-0006"}', NULL, 0, NULL,
    '2026-01-27 14:32:02', '2026-01-26 08:59:00'
),
(
    'agent-generator', '{"templates": 12, "last_execution": "exec-0012"}',
    '[{"with": "agent-emitter", "type": "file_conflict"}, {"with": "agent-emitter", "type": "structural_overlap"}]',
    1, 'signing key is locked', '2026-01-29 10:05:01', '2026-01-26 08:59:00'
),
('agent-normalizer', '{}', NULL, 0, NULL, '2026-01-28 08:00:06', '2026-01-28 07:59:00'),
(
    'agent-validator', '{"shapes": 31, "last_execution": "exec-0009"}',
    '[{"with": "agent-generator", "type": "semantic_overlap"}]', 2, 'sh:minCount violated', '2026-01-28 16:00:01',
    '2026-01-26 08:59:00'
);
