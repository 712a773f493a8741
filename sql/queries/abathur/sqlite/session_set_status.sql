-- Status of a session, set: with the time at which it ended or was archived.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- params: session_id (the session), status (created | active | paused | terminated | archived)
-- uses: idx_sessions_pk
-- writes: yes

UPDATE sessions
SET
    status = :status,
    terminated_at = CASE WHEN :status = 'terminated' THEN CURRENT_TIMESTAMP ELSE terminated_at END,
    archived_at = CASE WHEN :status = 'archived' THEN CURRENT_TIMESTAMP ELSE archived_at END
WHERE id = :session_id;
