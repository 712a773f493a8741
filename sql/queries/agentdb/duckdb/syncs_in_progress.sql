-- Synchronizations in progress: what an agent is at, the one that takes longest first.
-- seed: 000 5.1 Find All In-Progress Synchronizations for an Agent
-- params: agent_id (the agent)

SELECT
    s.sync_id,
    s.sync_type,
    s.pattern,
    s.source_location,
    s.target_location,
    s.created_at
FROM agent_synchronizations AS s
WHERE s.agent_id = $agent_id AND s.status = 'in_progress'
ORDER BY s.created_at ASC, s.sync_id ASC;
