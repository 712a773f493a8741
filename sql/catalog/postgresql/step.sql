-- Step: its whole text as a setting of the transaction, run by EXECUTE. The server parses all of it before the first
-- statement runs, counts the places of errors in it, and refuses whatever would end the transaction. One that came in
-- pieces (piece.sql) is there already. IS NULL: the text need not come back.

SELECT
    pg_catalog.set_config('rung.step', coalesce($step, pg_catalog.current_setting('rung.step')), TRUE) IS NULL,
    pg_catalog.set_config('rung.clean', $clean, TRUE) IS NULL,
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
