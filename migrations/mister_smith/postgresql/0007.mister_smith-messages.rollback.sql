-- Messages undone: every message of every month goes.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema
-- loses: messages (every row of every partition), messages_default

DROP TABLE messages;
