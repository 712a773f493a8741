-- Stage performance: the dashboard's search for the bottleneck, the slowest stage first.
-- seed: 001 Next Steps, Monitoring; Performance Benchmarks, View Performance
-- uses: idx_pipeline_metrics_stage, pipeline_metrics_failed_idx

SELECT
    p.stage,
    p.executions,
    p.avg_duration_ms,
    p.min_duration_ms,
    p.max_duration_ms,
    p.passed,
    p.failed
FROM pipeline_stage_performance AS p;
