-- Agent performance: the dashboard's comparison of all agents, the busiest first.
-- seed: 001 Next Steps, Monitoring; Performance Benchmarks, View Performance

SELECT
    p.agent_id,
    p.total_executions,
    p.successful_executions,
    p.failed_executions,
    p.avg_duration_ms,
    p.min_duration_ms,
    p.max_duration_ms,
    p.total_files_generated,
    p.last_execution
FROM agent_performance_summary AS p;
