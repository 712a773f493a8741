-- Ledger parts: which of its tables and triggers exist, so that reading a database without a ledger creates none.

SELECT name
FROM sqlite_schema
WHERE
    type IN ('table', 'trigger')
    AND (name LIKE '\_yoyo\_%' ESCAPE '\' OR name LIKE '\_rung\_%' ESCAPE '\');
