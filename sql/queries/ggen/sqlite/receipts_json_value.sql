-- Value inside receipts: one field of receipt_json, for the latest receipts that have it.
-- seed: 001 Validation Results, Coverage Analysis
-- params: path (JSON path such as $.files), rows (at most this many)
-- uses: idx_receipts_created_at

SELECT
    r.execution_id,
    json_type(r.receipt_json, :path) AS json_type,
    json_extract(r.receipt_json, :path) AS json_value
FROM receipts AS r
WHERE json_type(r.receipt_json, :path) IS NOT NULL
ORDER BY r.created_at DESC, r.id DESC
LIMIT :rows;
