-- A new message: from one agent to another.
-- seed: 004 Query Optimization Patterns, Prepared Statements
-- params: from_agent_id (who writes), to_agent_id (who is to read), message_type (the type), content (JSON), priority
--   (1, urgent, to 10)
-- writes: yes

INSERT INTO messages (from_agent_id, to_agent_id, message_type, content, priority)
VALUES (
    cast($from_agent_id AS uuid),
    cast($to_agent_id AS uuid),
    $message_type,
    cast($content AS jsonb),
    cast($priority AS integer)
)
RETURNING id, created_at;
