-- Orders verified: what the step makes is there.

WITH expected (subject) AS (VALUES ('orders'))

SELECT
    subject,
    'is missing' AS problem
FROM expected
WHERE num_nulls(to_regclass(subject), to_regtype(subject), to_regproc(subject)) = 3;
