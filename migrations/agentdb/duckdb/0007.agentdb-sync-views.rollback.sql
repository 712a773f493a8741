-- Sync views undone: nothing is lost, a view holds no rows.
-- seed: 000 8.1 Complete Schema Removal

DROP VIEW v_failed_operations;

DROP VIEW v_sync_performance;

DROP VIEW v_phi_access_audit;

DROP VIEW v_current_sync_status;
