-- Agents in sessions undone: the table is to the byte what it was, and every agent stays.
-- seed: 003 2. Database Initialization, Table Creation Sequence
-- loses: agents.session_id (which session each agent took part in)

DROP INDEX idx_agents_session;

ALTER TABLE agents DROP COLUMN session_id;
