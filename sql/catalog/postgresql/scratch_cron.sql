-- Whether the database has pg_cron, which works in one database of a server only.

SELECT count(*) > 0 AS has_cron
FROM pg_extension AS e
WHERE e.extname = 'pg_cron';
