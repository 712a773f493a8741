-- Heartbeat: an instance says that it runs.
-- seed: 004 Query Optimization Patterns, Prepared Statements
-- params: id (the instance)
-- writes: yes

UPDATE agent_instances
SET last_heartbeat = now()
WHERE id = cast($id AS uuid)
RETURNING id, last_heartbeat;
