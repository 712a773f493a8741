-- Server, as a place for scratch databases: which process answers, which server it is (no two start in the same
-- microsecond), and why no database can be made there, or NULL when one can.

SELECT
    pg_backend_pid() AS process,
    extract(EPOCH FROM pg_postmaster_start_time()) || ' ' || current_setting('port') AS identity,
    CASE
        WHEN pg_is_in_recovery() THEN 'the server is a standby'
        WHEN cast(current_setting('default_transaction_read_only') AS boolean)
            THEN 'the role ' || current_user || ' is set to read only'
        WHEN NOT (r.rolcreatedb OR r.rolsuper) THEN 'the role ' || current_user || ' may not create databases'
    END AS refusal
FROM pg_roles AS r
WHERE r.rolname = current_user;
