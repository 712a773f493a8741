-- Audited PHI access: every access to protected health information is in the audit trail, as one that involved PHI.
-- seed: 000 4.2 Use Case 2; 5.3 HIPAA-Compliant PHI Access Report
-- differs: the original asks for it in words; an access without such an event would be missing from the HIPAA report

SELECT
    'sync_executions execution_id ' || e.execution_id AS subject,
    'accessed PHI' || coalesce(' in ' || e.file_path, '') || ', and no audit event with phi_involved says so' AS problem
FROM sync_executions AS e
ANTI JOIN sync_audit_trail AS a ON e.execution_id = a.execution_id AND a.phi_involved
WHERE e.phi_accessed
ORDER BY e.started_at DESC, e.execution_id ASC;
