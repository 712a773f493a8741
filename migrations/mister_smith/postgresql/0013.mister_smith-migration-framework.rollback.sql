-- Migration framework undone: what its migrations made stays, and nobody knows any more which they were.
-- seed: 004 Schema Version Management; Migration Scripts and Versioning Strategy, Migration Framework
-- loses: schema_versions (every row, with the rollback SQL of what was applied)

DROP FUNCTION rollback_migration(integer);

DROP FUNCTION execute_migration(integer, text, text, text);

DROP TABLE schema_versions;
