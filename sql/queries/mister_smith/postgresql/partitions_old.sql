-- Old months: what partitions_drop would take away, and where to.
-- seed: 004 Schema Evolution Management, Data Retention Policies

SELECT
    p.table_name,
    d.partition_name,
    d.upper_bound,
    d.action,
    pg_size_pretty(d.size_bytes) AS size
FROM partition_policies AS p
CROSS JOIN LATERAL drop_old_partitions(p.table_name) AS d
ORDER BY p.table_name ASC, d.upper_bound ASC;
