-- Schema version: the database says that it holds agentdb_sync_schema 1.0.0.
-- seed: 000 2.2 Initialize New Database; 2.3 Verify Initialization

WITH expected (schema_name, schema_version) AS (
    VALUES ('agentdb_sync_schema', '1.0.0')
)

SELECT
    'schema_metadata schema_name ' || e.schema_name AS subject,
    coalesce('is at version ' || m.schema_version, 'is not there') || '; expected ' || e.schema_version AS problem
FROM expected AS e
LEFT JOIN schema_metadata AS m ON e.schema_name = m.schema_name
WHERE m.schema_version IS DISTINCT FROM e.schema_version;
