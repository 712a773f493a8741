-- Sessions undone: conversations are no longer recorded.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- loses: sessions (every row)

DROP TRIGGER sessions_last_update_time;

DROP INDEX idx_sessions_project;

DROP INDEX idx_sessions_user_created;

DROP INDEX idx_sessions_status_updated;

DROP INDEX idx_sessions_pk;

DROP TABLE sessions;
