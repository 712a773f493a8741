-- Contents of a session: how much belongs to it, and so loses its session when it is deleted.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- params: session_id (the session)
-- uses: idx_sessions_pk, idx_tasks_session, idx_agents_session, checkpoints_session_id_idx

SELECT
    s.id,
    s.status,
    json_array_length(s.events) AS events,
    (
        SELECT count(*) FROM tasks AS t
        WHERE t.session_id = s.id
    ) AS tasks,
    (
        SELECT count(*) FROM agents AS a
        WHERE a.session_id = s.id
    ) AS agents,
    (
        SELECT count(*) FROM checkpoints AS c
        WHERE c.session_id = s.id
    ) AS checkpoints
FROM sessions AS s
WHERE s.id = :session_id;
