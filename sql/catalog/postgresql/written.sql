-- Rows written so far by the transaction, in all tables.

SELECT cast(coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) AS bigint) AS row_count
FROM pg_stat_xact_user_tables;
