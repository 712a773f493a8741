-- Lock of a drill, for as long as its connection lives: the 16 hex digits in the names of its databases.

SELECT pg_try_advisory_lock(cast(cast('x' || $token AS bit(64)) AS bigint)) AS is_ours;
