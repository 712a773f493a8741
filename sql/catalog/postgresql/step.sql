-- Step: its whole text as a setting of the transaction, run by EXECUTE. The server parses all of it before the first
-- statement runs, counts the places of errors in it, and refuses whatever would end the transaction.

SELECT
    pg_catalog.set_config('rung.step', $step, TRUE),
    pg_catalog.set_config('rung.more', $more, TRUE),
    pg_catalog.set_config('search_path', $path, TRUE);

-- What the step did to the session's role and path does not outlive it. A drill runs it statement by statement.
-- What it sets cannot change that: it is known before.
DO $run$
DECLARE
    more CONSTANT boolean := pg_catalog.current_setting('rung.more');
BEGIN
    EXECUTE pg_catalog.current_setting('rung.step');
    IF NOT more THEN
        RESET SESSION AUTHORIZATION;
        RESET ROLE;
        PERFORM
            pg_catalog.set_config('rung.step', '', TRUE),
            pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', FALSE);
    END IF;
END
$run$;

SELECT pg_catalog.current_setting('search_path') AS path;
