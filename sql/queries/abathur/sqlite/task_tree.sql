-- Tree of a task: its parts, and theirs, each with its depth.
-- seed: 003 2. Database Initialization, core indexes
-- params: task_id (the task at the top)
-- uses: idx_tasks_parent

WITH RECURSIVE parts (id, depth) AS (
    SELECT
        t.id,
        0 AS depth
    FROM tasks AS t
    WHERE t.id = :task_id
    UNION
    SELECT
        t.id,
        p.depth + 1 AS depth
    FROM parts AS p
    INNER JOIN tasks AS t ON p.id = t.parent_task_id
    -- A task can be made its own ancestor; this ends there.
    WHERE p.depth < 100
)

SELECT
    t.id,
    t.parent_task_id,
    t.status,
    t.agent_type,
    t.prompt,
    min(p.depth) AS depth
FROM parts AS p
INNER JOIN tasks AS t ON p.id = t.id
GROUP BY t.id
ORDER BY depth ASC, t.submitted_at ASC, t.id ASC;
