-- Recent executions: the dashboard's front page, the last 100 with what was noted and what was missed in each.
-- seed: 001 Next Steps, Monitoring; Performance Benchmarks, View Performance
-- uses: idx_receipts_created_at, audit_log_agent_instant_idx, idx_slo_violations_execution_id

SELECT
    e.execution_id,
    e.agent_id,
    e.operation,
    e.status,
    e.timestamp,
    e.files_generated,
    e.files_modified,
    e.duration_ms,
    e.audit_entries,
    e.slo_violations
FROM recent_executions AS e;
