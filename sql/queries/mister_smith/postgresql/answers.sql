-- Answers: the messages that answer one.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema
-- params: id (the message that is answered)
-- uses: messages_parent_message_id_idx

SELECT
    m.id,
    m.created_at,
    m.from_agent_id,
    m.message_type,
    m.content
FROM messages AS m
WHERE m.parent_message_id = cast($id AS uuid)
ORDER BY m.created_at ASC, m.id ASC;
