-- Directions: where a sync has one, source and target are the two databases that it names.
-- seed: 002 2. Table Schema Implemented, Core Fields; Metadata

SELECT
    s.sync_id AS subject,
    'goes ' || s.direction || ', but from ' || coalesce(s.source_db, 'unknown') || ' to '
    || coalesce(s.target_db, 'unknown') AS problem
FROM archon_sync_history AS s
WHERE
    s.direction <> 'bidirectional'
    AND (
        s.source_db <> split_part(s.direction, '-to-', 1)
        OR s.target_db <> split_part(s.direction, '-to-', 2)
    );
