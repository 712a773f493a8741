-- Document index undone: every file has to be embedded again.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- loses: document_index (every row)

DROP TRIGGER document_index_updated_at;

DROP INDEX idx_document_content_hash;

DROP INDEX idx_document_sync_status;

DROP INDEX idx_document_type_created;

DROP INDEX idx_document_file_path;

DROP INDEX idx_document_index_pk;

DROP TABLE document_index;
