-- Lock: one migrator a schema, for as long as its connection lives. 1920298599 is the word rung in ASCII. It is taken
-- twice, so that lock_held.sql can give it back once.

SELECT
    pg_try_advisory_lock(1920298599, hashtext(current_setting('rung.schema')))
    AND pg_try_advisory_lock(1920298599, hashtext(current_setting('rung.schema'))) AS is_ours;
