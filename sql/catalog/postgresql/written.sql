-- Rows written so far, in all tables: by the transaction, and by those before it that the server has not counted yet.

SELECT cast(coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) AS bigint) AS row_count
FROM pg_stat_xact_user_tables;
