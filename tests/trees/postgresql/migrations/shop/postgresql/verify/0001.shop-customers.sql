-- customers verified: what the step makes is there.

WITH expected (subject) AS (VALUES ('customers'), ('customers_name_idx')),

found (name) AS (
    SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema()))
    UNION ALL
    SELECT tgname FROM pg_trigger
)

SELECT
    subject,
    'is missing' AS problem
FROM expected
WHERE subject NOT IN (SELECT name FROM found);
