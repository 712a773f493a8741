-- Synchronization: everything that is known of one.
-- seed: 000 6.3 Performance Benchmarks; 9.1 Common Issues, Issue 1
-- params: sync_id (the synchronization)

SELECT
    s.sync_id,
    s.agent_id,
    s.worktree_path,
    s.sync_type,
    s.source_location,
    s.target_location,
    s.pattern,
    s.status,
    s.created_at,
    s.completed_at,
    s.created_by,
    s.metadata
FROM agent_synchronizations AS s
WHERE s.sync_id = $sync_id;
