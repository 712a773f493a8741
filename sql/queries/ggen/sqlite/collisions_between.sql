-- Collisions of two agents: what keeps bringing them into conflict, whichever was noted first.
-- seed: 001 Data Model, Collision Detection
-- params: agent_id_1 (one agent), agent_id_2 (the other)
-- uses: idx_collision_detection_agents

SELECT
    c.collision_type,
    c.severity,
    count(*) AS collisions,
    count(*) FILTER (WHERE c.resolution IS NULL) AS unresolved
FROM collision_detection AS c
WHERE
    (c.agent_id_1 = :agent_id_1 AND c.agent_id_2 = :agent_id_2)
    OR (c.agent_id_1 = :agent_id_2 AND c.agent_id_2 = :agent_id_1)
GROUP BY c.collision_type, c.severity
ORDER BY collisions DESC, c.collision_type ASC, c.severity ASC;
