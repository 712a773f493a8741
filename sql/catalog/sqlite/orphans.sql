-- Orphans: rows whose foreign key points at no row, whichever connection wrote them with the keys switched off.

SELECT
    orphan."table" || coalesce(' rowid ' || orphan.rowid, '') AS subject,
    'refers to a row of ' || orphan.parent || ' that does not exist' AS problem
FROM pragma_foreign_key_check AS orphan
ORDER BY
    orphan."table",
    orphan.rowid;
