-- The schema of the session, made in the transaction of the first step that goes into it.

DO $make$
BEGIN
    EXECUTE format('CREATE SCHEMA %I', current_setting('rung.schema'));
END
$make$;
