-- Users undone: nobody can sign in any more.
-- seed: 004 Complete SQL DDL Specifications, Security Schema; Session Management Schema
-- loses: users, roles, user_roles, user_sessions (every row)

DROP TABLE user_sessions;

DROP TABLE user_roles;

DROP TABLE roles;

DROP TABLE users;
