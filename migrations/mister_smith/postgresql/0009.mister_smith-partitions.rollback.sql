-- Partitions undone: the months that were made stay with their rows, and so does the archive; nobody maintains them.
-- seed: 004 Schema Evolution Management, Partition Management; Data Retention Policies
-- loses: partition_policies (which tables are maintained, and how long each is kept)

DROP FUNCTION drop_old_partitions(text, integer, boolean, timestamptz);

DROP FUNCTION create_monthly_partitions(text, integer, timestamptz);

DROP FUNCTION attach_month(regclass, name, text, timestamptz, timestamptz, integer);

DROP FUNCTION partition_bounds(regclass);

DROP FUNCTION partitioned_table(text);

DROP TABLE partition_policies;
