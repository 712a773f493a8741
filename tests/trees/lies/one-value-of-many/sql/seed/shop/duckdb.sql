-- Rows: two thousand, one of them with a blank at its end.

INSERT INTO orders (id, status, note)
SELECT
    n,
    'paid',
    CASE n WHEN 1234 THEN 'gift ' ELSE 'gift' END
FROM range(2000) AS r (n);
