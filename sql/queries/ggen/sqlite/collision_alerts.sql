-- Collision alerts: the latest conflicts of a severity, in any session.
-- seed: 001 Next Steps, Monitoring
-- params: severity (info | warning | critical), rows (at most this many)
-- uses: idx_collision_detection_severity

SELECT
    c.session_id,
    c.collision_type,
    c.agent_id_1,
    c.agent_id_2,
    c.description,
    c.resolution,
    c.timestamp
FROM collision_detection AS c
WHERE c.severity = :severity
ORDER BY c.created_at DESC, c.id DESC
LIMIT :rows;
