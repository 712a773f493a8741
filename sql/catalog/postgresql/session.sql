-- Session: the server process that answers, which a pooler cannot fake, and the schema that unqualified names mean.
--   What is asked here is spelled out, because names are looked for wherever the database has it.

SELECT
    pg_catalog.pg_backend_pid() AS process,
    pg_catalog.current_schema() AS schema_name;
