-- Foreign keys: no row refers to a row that does not exist, not even one written with foreign keys off.
-- seed: 001 Quality Metrics, Security
-- differs: also holds of rows that a connection wrote without foreign_keys, which SQLite leaves off unless asked

-- Looks up the parent of every child row: seconds at a million receipts.
SELECT
    v."table" || ' id ' || v.rowid AS subject,
    k."from" || ' refers to a row of ' || v.parent || ' that does not exist' AS problem
FROM pragma_foreign_key_check AS v
INNER JOIN pragma_foreign_key_list(v."table") AS k ON v.fkid = k.id;
