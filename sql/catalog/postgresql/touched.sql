-- Tables whose rows the transaction has written; a partition counts as the table that it is part of.

SELECT CASE WHEN n.nspname = current_schema() THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS table_name
FROM pg_stat_xact_user_tables AS s
INNER JOIN pg_class AS c ON coalesce(pg_partition_root(s.relid), s.relid) = c.oid
INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0;
