-- Partitions: the months that are there, and how large each is.
-- seed: 004 Schema Evolution Management, Partition Management

SELECT
    p.table_name,
    b.partition,
    b.lower_bound,
    b.upper_bound,
    pg_size_pretty(pg_total_relation_size(b.partition)) AS size
FROM partition_policies AS p
CROSS JOIN LATERAL partitioned_table(p.table_name) AS t
CROSS JOIN LATERAL partition_bounds(t.parent) AS b
ORDER BY p.table_name ASC, b.lower_bound ASC;
