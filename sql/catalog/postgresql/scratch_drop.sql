-- Statement that drops a scratch database ($name); with $force also under the feet of who is connected to it.

SELECT
    format('DROP DATABASE IF EXISTS %I', cast($name AS text))
    || CASE WHEN cast($force AS boolean) THEN ' WITH (FORCE)' ELSE '' END AS statement;
