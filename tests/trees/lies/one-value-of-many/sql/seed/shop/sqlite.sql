-- Rows: two thousand, one of them with a blank at its end.

WITH RECURSIVE number (n) AS (
    SELECT 1
    UNION ALL
    SELECT n + 1 FROM number
    WHERE n < 2000
)

INSERT INTO orders (id, status, note)
SELECT
    n,
    'paid',
    CASE n WHEN 1234 THEN 'gift ' ELSE 'gift' END
FROM number;
