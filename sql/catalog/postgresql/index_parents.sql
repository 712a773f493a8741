-- Indexes of partitions, with the index of the partitioned table that each is a part of: plans name the former.

SELECT
    c.relname AS index_name,
    parent.relname AS parent_name
FROM pg_class AS c
INNER JOIN pg_partition_ancestors(c.oid) AS a ON c.oid <> a.relid
INNER JOIN pg_class AS parent ON a.relid = parent.oid
WHERE
    c.relkind = 'i'
    AND c.relispartition
    AND parent.relnamespace = to_regnamespace(quote_ident(current_schema()));
