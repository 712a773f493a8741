-- Settings verified: what the step makes is there.

WITH expected (subject) AS (VALUES ('settings'))

SELECT
    expected.subject,
    'is missing' AS problem
FROM expected
WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema AS s WHERE s.name = expected.subject);
