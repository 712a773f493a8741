-- Dependency cycles: no agent waits, over whatever others, for itself.
-- seed: 004 Complete SQL DDL Specifications, Agent Management Schema

-- The trigger refuses them one by one; rows that came in past it, as with session_replication_role = replica, are found
-- here.
WITH RECURSIVE needed (agent_id, needs) AS (
    SELECT
        d.agent_id,
        d.depends_on_agent_id
    FROM agent_dependencies AS d
    UNION
    SELECT
        n.agent_id,
        d.depends_on_agent_id
    FROM needed AS n
    INNER JOIN agent_dependencies AS d ON n.needs = d.agent_id
)

SELECT
    'agents id ' || n.agent_id AS subject,
    a.name || ' waits for itself, over whatever others, and can never start' AS problem
FROM needed AS n
INNER JOIN agents AS a ON n.agent_id = a.id
WHERE n.agent_id = n.needs
ORDER BY subject;
