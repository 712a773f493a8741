-- Third verified: never.

SELECT 'page size' AS subject, 'is not what it should be' AS problem;
