-- Size of a scratch database ($name) in bytes.

SELECT pg_database_size(cast($name AS name)) AS size_bytes;
