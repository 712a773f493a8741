-- Rows in the way: what an older database holds that the steps above the first would refuse, and why.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- differs: the application also knows the priority 0 and the agent states spawning, busy and terminating, the seed does
--   not: such rows are yours to change, as no step guesses what they would mean

-- Ask before rung up; it reads the whole of two tables. Nothing means that nothing is in the way.
SELECT
    'tasks rowid ' || t.rowid AS subject,
    'has no id; give it one, or delete it' AS problem
FROM tasks AS t
WHERE t.id IS NULL
UNION ALL
SELECT
    'tasks id ' || t.id AS subject,
    'status is ' || quote(t.status) || '; make it pending, running, completed, failed or cancelled' AS problem
FROM tasks AS t
WHERE t.status NOT IN ('pending', 'running', 'completed', 'failed', 'cancelled')
UNION ALL
SELECT
    'tasks id ' || t.id AS subject,
    'priority is ' || quote(t.priority) || '; make it a whole number from 1 to 10' AS problem
FROM tasks AS t
WHERE typeof(t.priority) <> 'integer' OR t.priority NOT BETWEEN 1 AND 10
UNION ALL
SELECT
    'tasks id ' || t.id AS subject,
    'input_data is ' || quote(substr(t.input_data, 1, 40)) || '; make it JSON' AS problem
FROM tasks AS t
WHERE NOT json_valid(t.input_data)
UNION ALL
SELECT
    'tasks id ' || t.id AS subject,
    'has no last_updated_at; set it, to submitted_at say' AS problem
FROM tasks AS t
WHERE t.last_updated_at IS NULL
UNION ALL
SELECT
    'agents rowid ' || a.rowid AS subject,
    'has no id; give it one, or delete it' AS problem
FROM agents AS a
WHERE a.id IS NULL
UNION ALL
SELECT
    'agents id ' || a.id AS subject,
    'state is ' || quote(a.state) || '; make it idle, working, waiting or terminated' AS problem
FROM agents AS a
WHERE a.state NOT IN ('idle', 'working', 'waiting', 'terminated')
ORDER BY subject ASC, problem ASC;
