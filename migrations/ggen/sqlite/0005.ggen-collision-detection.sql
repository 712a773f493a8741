-- Collisions: conflicts between two agents of one session, kept to find their cause.
-- seed: 001 Deliverables, 1. Schema Definition; Data Model, Collision Detection
-- differs: an agent cannot collide with itself
-- depends: 0004.ggen-audit-log 0001.ggen-workflow-sessions

CREATE TABLE collision_detection (
    id INTEGER CONSTRAINT collision_detection_pkey PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    agent_id_1 TEXT NOT NULL,
    agent_id_2 TEXT NOT NULL,
    collision_type TEXT NOT NULL,
    description TEXT NOT NULL,
    resolution TEXT,
    severity TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT collision_detection_session_id_fkey FOREIGN KEY (session_id)
    REFERENCES workflow_sessions (session_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT collision_detection_agents_check CHECK (agent_id_1 <> agent_id_2),
    CONSTRAINT collision_detection_collision_type_check CHECK (collision_type IN (
        'file_conflict', 'memory_conflict', 'semantic_overlap', 'structural_overlap'
    )),
    CONSTRAINT collision_detection_severity_check CHECK (severity IN ('info', 'warning', 'critical'))
);

-- The collisions of one session, latest first; also spares a scan when a session is deleted.
CREATE INDEX idx_collision_detection_session_id ON collision_detection (session_id, timestamp DESC);

-- How often the same two agents meet.
CREATE INDEX idx_collision_detection_agents ON collision_detection (agent_id_1, agent_id_2);

-- The gravest collisions, latest first.
CREATE INDEX idx_collision_detection_severity ON collision_detection (severity, created_at DESC);
