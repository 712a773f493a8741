-- Collisions of a session: every conflict, the latest first.
-- seed: 001 Next Steps, Monitoring
-- params: session_id (the session)
-- uses: idx_collision_detection_session_id

SELECT
    c.timestamp,
    c.severity,
    c.collision_type,
    c.agent_id_1,
    c.agent_id_2,
    c.description,
    c.resolution
FROM collision_detection AS c
WHERE c.session_id = :session_id
ORDER BY julianday(c.timestamp) DESC, c.id DESC;
