-- Journal mode: in WAL mode a reader never waits for the writer, nor the writer for a reader.
-- seed: 001 Quality Metrics, Production Readiness; Risk Assessment, Mitigation

-- The one connection setting that the file itself remembers; foreign_keys and busy_timeout are up to each connection.
SELECT
    'database' AS subject,
    'journal_mode is ' || p.journal_mode || ' instead of wal; set it once with: PRAGMA journal_mode = wal' AS problem
FROM pragma_journal_mode AS p
WHERE p.journal_mode <> 'wal';
