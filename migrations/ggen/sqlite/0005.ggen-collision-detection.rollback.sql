-- Collisions undone: the schema no longer records conflicts between agents.
-- seed: 001 Deliverables, 1. Schema Definition
-- loses: collision_detection (every row)

DROP INDEX idx_collision_detection_severity;

DROP INDEX idx_collision_detection_agents;

DROP INDEX idx_collision_detection_session_id;

DROP TABLE collision_detection;
