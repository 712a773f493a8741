-- Number of syncs: how long the history is.
-- seed: 002 Testing Results, Test 3

SELECT count(*) AS syncs
FROM archon_sync_history;
