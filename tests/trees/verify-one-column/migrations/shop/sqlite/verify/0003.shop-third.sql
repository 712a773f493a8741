-- Third verified: never.

SELECT 1 WHERE 0;
