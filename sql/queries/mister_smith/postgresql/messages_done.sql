-- Done: a claimed message is processed.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema
-- params: id (the message), created_at (when it was made; it tells the month)
-- writes: yes

UPDATE messages
SET
    status = 'processed',
    processed_at = now()
WHERE
    id = cast($id AS uuid)
    AND created_at = cast($created_at AS timestamptz)
    AND status = 'delivered'
RETURNING id, status;
