-- Document, saved: a file that was found or has changed; its embedding is out of date when the content is another.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- params: file_path (the file), title (its title), document_type (design | specification | plan | report),
--   content_hash (the hash of its content)
-- writes: yes

INSERT INTO document_index (file_path, title, document_type, content_hash)
VALUES (:file_path, :title, :document_type, :content_hash)
ON CONFLICT (file_path) DO UPDATE
SET
    title = excluded.title,
    document_type = excluded.document_type,
    content_hash = excluded.content_hash,
    sync_status = CASE
        WHEN content_hash = excluded.content_hash THEN sync_status
        WHEN embedding_blob IS NULL THEN 'pending'
        ELSE 'stale'
    END;
