-- Credentials undone: no key opens anything, and agents forget their state.
-- seed: 004 Complete SQL DDL Specifications, Security Schema; Session Management Schema
-- loses: agent_permissions, api_keys, agent_sessions (every row)

DROP TABLE agent_sessions;

DROP TABLE api_keys;

DROP TABLE agent_permissions;
