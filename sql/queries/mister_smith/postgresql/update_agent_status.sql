-- Agent status: sets it.
-- seed: 004 Query Optimization Patterns, Prepared Statements
-- differs: updated_at is set by its trigger
-- params: id (the agent), status (active, inactive, error, suspended or maintenance)
-- writes: yes

UPDATE agents
SET status = $status
WHERE id = cast($id AS uuid)
RETURNING id, status, updated_at;
