-- Step: its whole text as a setting of the transaction, run by EXECUTE. The server parses all of it before the first
-- statement runs, counts the places of errors in it, and refuses whatever would end the transaction.

SELECT
    pg_catalog.set_config('rung.step', $step, TRUE),
    pg_catalog.set_config('rung.clean', $clean, TRUE),
    pg_catalog.set_config('search_path', $path, TRUE);

-- What the step left in its session does not outlive it (clean.sql). A drill runs it statement by statement, and has
-- nothing to clean but after the last. What the step sets cannot change that: it is known before.
DO $run$
DECLARE
    clean CONSTANT text := pg_catalog.current_setting('rung.clean');
BEGIN
    EXECUTE pg_catalog.current_setting('rung.step');
    EXECUTE clean;
END
$run$;
