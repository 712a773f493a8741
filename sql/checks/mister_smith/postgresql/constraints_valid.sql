-- Valid constraints and indexes: what is declared has been checked against every row.
-- seed: 004 Foreign Key Relationships and Constraints

SELECT
    c.relname || '.' || k.conname AS subject,
    'was never checked against the rows that were there: VALIDATE CONSTRAINT does' AS problem
FROM pg_constraint AS k
INNER JOIN pg_class AS c ON k.conrelid = c.oid
WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND NOT k.convalidated
UNION ALL
SELECT
    c.relname AS subject,
    'is an INVALID index, kept up and never used: drop it and make it again' AS problem
FROM pg_index AS i
INNER JOIN pg_class AS c ON i.indexrelid = c.oid
WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND NOT i.indisvalid
UNION ALL
SELECT
    c.relname || '.' || t.tgname AS subject,
    'is switched off: what it guards is not guarded' AS problem
FROM pg_trigger AS t
INNER JOIN pg_class AS c ON t.tgrelid = c.oid
WHERE c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND t.tgenabled = 'D';
