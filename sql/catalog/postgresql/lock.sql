-- Lock: one migrator a schema, for as long as its connection lives. 1920298599 is the word rung in ASCII.

SELECT pg_try_advisory_lock(1920298599, hashtext(current_setting('rung.schema'))) AS is_ours;
