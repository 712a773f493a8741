-- Schema metadata undone: the database no longer says which schema it holds.
-- seed: 000 8.1 Complete Schema Removal; 7.3 Rollback Strategy (If Migration Fails)
-- loses: schema_metadata (every row)

DELETE FROM schema_metadata
WHERE schema_name = 'agentdb_sync_schema';

DROP TABLE schema_metadata;
