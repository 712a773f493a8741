-- Document index: the Markdown files that agents search, one row each, with the embedding of the whole file.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation
-- differs: file_path is unique by idx_document_file_path alone, so nothing is indexed twice; document_type is checked,
--   not only commented on; idx_document_sync_status also finds sync_status = 'pending', which the original's cannot;
--   a trigger keeps updated_at; metadata may be NULL on every version of SQLite
-- depends: 0004.abathur-current-memory

-- An embedding is its float32 numbers in a row, little-endian: what sqlite-vec reads and numpy's tobytes() writes.
CREATE TABLE document_index (
    id INTEGER CONSTRAINT document_index_pkey PRIMARY KEY AUTOINCREMENT,
    file_path TEXT NOT NULL,
    title TEXT NOT NULL,
    document_type TEXT,
    content_hash TEXT NOT NULL,
    chunk_count INTEGER DEFAULT 1,
    embedding_model TEXT,
    embedding_blob BLOB,
    metadata TEXT DEFAULT '{}',
    last_synced_at TIMESTAMP,
    sync_status TEXT DEFAULT 'pending',
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT document_index_document_type_check CHECK (
        document_type IN ('design', 'specification', 'plan', 'report')
    ),
    CONSTRAINT document_index_chunk_count_check CHECK (
        typeof(chunk_count) IN ('integer', 'null') AND chunk_count >= 0
    ),
    CONSTRAINT document_index_embedding_blob_check CHECK (
        typeof(embedding_blob) IN ('blob', 'null') AND length(embedding_blob) > 0 AND length(embedding_blob) % 4 = 0
    ),
    CONSTRAINT document_index_metadata_check CHECK (metadata IS NULL OR json_valid(metadata)),
    CONSTRAINT document_index_sync_status_check CHECK (sync_status IN ('pending', 'synced', 'failed', 'stale'))
);

-- Counting: a document by its id is found in the table itself, but with the embeddings that is far more to read.
CREATE UNIQUE INDEX idx_document_index_pk ON document_index (id);

-- The document of a file; an upsert needs it as its conflict target.
CREATE UNIQUE INDEX idx_document_file_path ON document_index (file_path);

-- The documents of a type, latest first.
CREATE INDEX idx_document_type_created ON document_index (document_type, created_at DESC)
WHERE document_type IS NOT NULL;

-- What is to be synced, that which waits longest first: a document that never was comes before all others. As with
-- sessions, the predicate says one thing in the three ways in which a query may ask for it.
CREATE INDEX idx_document_sync_status ON document_index (sync_status, last_synced_at)
WHERE sync_status = 'pending' OR sync_status = 'stale' OR sync_status IN ('pending', 'stale');

-- The same content under another path.
CREATE INDEX idx_document_content_hash ON document_index (content_hash);

CREATE TRIGGER document_index_updated_at
AFTER UPDATE OF
id, file_path, title, document_type, content_hash, chunk_count, embedding_model, embedding_blob, metadata,
last_synced_at, sync_status, created_at
ON document_index
FOR EACH ROW
WHEN new.updated_at IS old.updated_at
BEGIN
    UPDATE document_index
    SET updated_at = CURRENT_TIMESTAMP
    WHERE id = new.id;
END;
