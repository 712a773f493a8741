-- Task ancestors: no task is a part of itself, not even by way of others.
-- seed: 003 2. Database Initialization, Table Creation Sequence

-- Downwards from the tasks that have no parent; what is not met on the way hangs on a circle.
WITH RECURSIVE met (id) AS (
    SELECT t.id
    FROM tasks AS t
    WHERE t.parent_task_id IS NULL
    UNION ALL
    SELECT t.id
    FROM met AS m
    INNER JOIN tasks AS t ON m.id = t.parent_task_id
)

SELECT
    'tasks id ' || t.id AS subject,
    'is a part of itself, or of a task that is: its parent is ' || t.parent_task_id AS problem
FROM tasks AS t
INNER JOIN tasks AS p ON t.parent_task_id = p.id
WHERE t.id NOT IN (SELECT m.id FROM met AS m);
