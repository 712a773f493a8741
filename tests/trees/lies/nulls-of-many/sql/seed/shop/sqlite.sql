-- Rows: two thousand, which fit only below the notes.

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
    CASE WHEN n % 2 THEN 'gift' END
FROM number;
