-- Plan of the PHI events: whether DuckDB reads idx_audit_phi (Index Scan) or the trail (Sequential Scan).
-- seed: 000 9.3 Performance Issues

EXPLAIN ANALYZE
SELECT
    a.audit_id,
    a.timestamp
FROM sync_audit_trail AS a
WHERE a.phi_involved = TRUE;
