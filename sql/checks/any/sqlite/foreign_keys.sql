-- Foreign keys: no row refers to a row that does not exist, not even one written with foreign keys off.
-- seed: 001 Quality Metrics, Security; 003 4. Integrity Validation
-- differs: names the column and the parent, where the originals' PRAGMA foreign_key_check shows numbers

-- Looks up the parent of every child row: seconds at a million rows.
SELECT
    orphan."table" || coalesce(' rowid ' || orphan.rowid, '') AS subject,
    key_part."from" || ' refers to a row of ' || orphan.parent || ' that does not exist' AS problem
FROM pragma_foreign_key_check AS orphan
INNER JOIN pragma_foreign_key_list(orphan."table") AS key_part ON orphan.fkid = key_part.id AND key_part.seq = 0
ORDER BY
    orphan."table",
    orphan.rowid;
