-- Event of a session, appended: what was said or done, with what it changes in the state.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- differs: one statement, so two agents that append at once lose nothing; the original reads, adds and writes back
-- params: session_id (the session), event (the event as JSON), state_delta (what it changes in the state as JSON)
-- uses: idx_sessions_pk
-- writes: yes

UPDATE sessions
SET
    events = json_insert(events, '$[#]', json(:event)),
    state = json_patch(state, :state_delta)
WHERE id = :session_id;
