-- PHI access and consent: the consent and the protocol under which protected health information was accessed lately.
-- seed: 000 5.3 HIPAA-Compliant PHI Access Report
-- differs: a day is 24 hours, as in phi_access_report
-- params: days (of this many days until now)

SELECT
    a.timestamp,
    a.actor,
    a.actor_role,
    a.event_type,
    e.file_path,
    e.phi_justification,
    a.compliance_context ->> 'consent_id' AS consent_id,
    a.compliance_context ->> 'irb_protocol' AS irb_protocol
FROM sync_audit_trail AS a
LEFT JOIN sync_executions AS e ON a.execution_id = e.execution_id
WHERE
    a.phi_involved = TRUE
    AND a.timestamp >= CURRENT_TIMESTAMP - to_hours(24 * cast($days AS INTEGER))
ORDER BY a.timestamp DESC, a.audit_id ASC;
