-- PHI access report: who accessed protected health information lately, and why, latest first.
-- seed: 000 5.3 HIPAA-Compliant PHI Access Report
-- differs: a day is 24 hours. INTERVAL 30 DAY, as the seed writes it and as it runs here too, follows the calendar of
--   the session's time zone, so that a change to daylight saving time moves its beginning by an hour
-- params: days (of this many days until now)

SELECT
    p.audit_id,
    p.timestamp,
    p.actor,
    p.actor_role,
    p.event_type,
    p.sync_type,
    p.pattern,
    p.file_path,
    p.phi_justification,
    p.compliance_context,
    p.session_id
FROM v_phi_access_audit AS p
WHERE p.timestamp >= CURRENT_TIMESTAMP - to_hours(24 * cast($days AS INTEGER))
ORDER BY p.timestamp DESC, p.audit_id ASC;
