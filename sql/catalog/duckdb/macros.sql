-- Names of macros: of the database, temporary ones, and of whatever else is attached. Qualified, and without operators:
--   a macro may stand in place of any of them.

SELECT function_name
FROM system.main.duckdb_functions()
WHERE NOT internal;
