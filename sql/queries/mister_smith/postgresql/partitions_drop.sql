-- Old months go: as partition_policies says, the audit trail into the archive.
-- seed: 004 Schema Evolution Management, Data Retention Policies
-- writes: yes

SELECT
    p.table_name,
    d.partition_name,
    d.upper_bound,
    d.action,
    pg_size_pretty(d.size_bytes) AS size
FROM partition_policies AS p
CROSS JOIN LATERAL drop_old_partitions(p.table_name, dry_run => FALSE) AS d
ORDER BY p.table_name ASC, d.upper_bound ASC;
