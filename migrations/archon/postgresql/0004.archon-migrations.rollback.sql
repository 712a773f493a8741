-- Archon's migrations undone: the register that the step made is gone; one that was there before is never touched.
-- seed: 002 8. Database Verification
-- loses: archon_migrations (every row)

DROP TABLE archon_migrations;
