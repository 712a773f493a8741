-- Session: the server process that answers, which a pooler cannot fake; the schema that unqualified names mean; and as
--   they are by default, how commits are made lasting and how often the server looks whether its client is still there.
--   What is asked here is spelled out, because names are looked for wherever the database has it.

SELECT
    pg_catalog.pg_backend_pid() AS process,
    pg_catalog.current_schema() AS schema_name,
    pg_catalog.current_setting('synchronous_commit') AS commits,
    pg_catalog.current_setting('client_connection_check_interval') AS looks,
    pg_catalog.version() AS version;
