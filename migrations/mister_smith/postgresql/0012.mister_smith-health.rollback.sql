-- Health undone: nothing is lost, a view holds no rows.
-- seed: 004 Performance Monitoring, Database Statistics; Health Check Queries

DROP FUNCTION database_health_check();

DROP VIEW index_usage;

DROP VIEW table_sizes;
