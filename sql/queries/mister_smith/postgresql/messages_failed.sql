-- Failed: a claimed message could not be processed, and why.
-- seed: 004 Complete SQL DDL Specifications, Communication Schema
-- params: id (the message), created_at (when it was made), error (what went wrong)
-- writes: yes

UPDATE messages
SET
    status = 'failed',
    retry_count = retry_count + 1,
    error_message = $error
WHERE
    id = cast($id AS uuid)
    AND created_at = cast($created_at AS timestamptz)
    AND status = 'delivered'
RETURNING id, status, retry_count;
