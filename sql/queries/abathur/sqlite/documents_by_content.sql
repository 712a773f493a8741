-- Documents of a content: the files that hold the same, under any path.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: content_hash (the hash of the content)
-- uses: idx_document_content_hash

SELECT
    d.id,
    d.file_path,
    d.title,
    d.sync_status,
    d.updated_at
FROM document_index AS d
WHERE d.content_hash = :content_hash
ORDER BY d.id ASC;
