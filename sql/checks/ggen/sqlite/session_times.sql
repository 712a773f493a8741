-- Session times: a session ends at or after its start.
-- seed: 001 Data Model, Workflow Session

SELECT
    'workflow_sessions id ' || s.id AS subject,
    'ends at ' || s.end_time || ', before its start at ' || s.start_time AS problem
FROM workflow_sessions AS s
WHERE julianday(s.end_time) < julianday(s.start_time);
