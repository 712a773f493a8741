-- Documents by meaning: those whose embedding is nearest to the one given, by cosine distance, nearest first.
-- seed: 003 8. Deliverable Output (performance_targets, semantic search)
-- differs: SQLite has no vectors; the extension sqlite-vec (optional: pip install 'rung[vec]') brings the distance
-- params: embedding (the numbers as a JSON array, or as float32 bytes), rows (at most this many)
-- requires: extension sqlite-vec

-- Every embedding is looked at: a quarter of a second at 100,000 documents of 384 dimensions. Those with another number
-- of dimensions, so of another model, are left out.
WITH wanted AS MATERIALIZED (
    SELECT vec_f32(:embedding) AS embedding
)

SELECT
    d.id,
    d.file_path,
    d.title,
    d.document_type,
    d.sync_status,
    vec_distance_cosine(d.embedding_blob, w.embedding) AS distance
FROM wanted AS w
INNER JOIN document_index AS d ON length(w.embedding) = length(d.embedding_blob)
ORDER BY
    distance ASC,
    d.id ASC
LIMIT :rows;
