-- New months: the current one and those ahead, of every table, with what waits for them in DEFAULT.
-- seed: 004 Schema Evolution Management, Partition Management
-- params: months_ahead (so many after the current one)
-- writes: yes

SELECT
    p.table_name,
    c.partition_name
FROM partition_policies AS p
CROSS JOIN LATERAL create_monthly_partitions(p.table_name, cast($months_ahead AS integer)) AS c (partition_name)
ORDER BY p.table_name ASC, c.partition_name ASC;
