-- Documents of a type: the designs, say, latest first.
-- seed: 003 3. Memory Tables Deployment, Memory indexes
-- params: document_type (design | specification | plan | report), rows (at most this many)
-- uses: idx_document_type_created

SELECT
    d.id,
    d.file_path,
    d.title,
    d.sync_status,
    d.created_at
FROM document_index AS d
WHERE d.document_type = :document_type
ORDER BY d.created_at DESC, d.id DESC
LIMIT :rows;
