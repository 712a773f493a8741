-- Health: whether the database is well, and what is not.
-- seed: 004 Performance Monitoring, Health Check Queries

SELECT
    h.check_name,
    h.status,
    h.details
FROM database_health_check() AS h
ORDER BY h.status = 'healthy' ASC, h.check_name ASC;
