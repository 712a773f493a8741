-- Clean: what a step left in its session. The settings are made anew afterwards; until then, names are looked for among
--   PostgreSQL's own alone.

RESET SESSION AUTHORIZATION;

RESET ROLE;

DISCARD TEMP;

UNLISTEN *;

CLOSE ALL;

RESET ALL;

SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', FALSE);
