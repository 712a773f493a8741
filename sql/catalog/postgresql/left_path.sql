-- The search path that a statement of a step has left to those behind it.

SELECT pg_catalog.current_setting('search_path') AS path;
