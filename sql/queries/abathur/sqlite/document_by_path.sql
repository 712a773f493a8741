-- Document: what is known of a file.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- params: file_path (the file)
-- uses: idx_document_file_path

SELECT
    d.id,
    d.title,
    d.document_type,
    d.content_hash,
    d.chunk_count,
    d.embedding_model,
    d.metadata,
    d.sync_status,
    d.last_synced_at,
    d.created_at,
    d.updated_at,
    length(d.embedding_blob) / 4 AS dimensions
FROM document_index AS d
WHERE d.file_path = :file_path;
