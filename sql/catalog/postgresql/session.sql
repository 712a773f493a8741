-- Session: the server process that answers, which a pooler cannot fake, and the schema that unqualified names mean.

SELECT
    pg_backend_pid() AS process,
    current_schema() AS schema_name;
