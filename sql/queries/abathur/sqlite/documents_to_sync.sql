-- Documents to sync: those without a current embedding, first those that never had one, then the longest out of date.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: rows (at most this many)
-- uses: idx_document_sync_status

-- Two searches that SQLite merges in their order: with IN it would sort the whole backlog to show its beginning.
SELECT
    d.id,
    d.file_path,
    d.content_hash,
    d.sync_status,
    d.last_synced_at
FROM document_index AS d
WHERE d.sync_status = 'pending'
UNION ALL
SELECT
    d.id,
    d.file_path,
    d.content_hash,
    d.sync_status,
    d.last_synced_at
FROM document_index AS d
WHERE d.sync_status = 'stale'
ORDER BY last_synced_at ASC, id ASC
LIMIT :rows;
