-- Journal mode: in WAL mode a reader never waits for the writer, nor the writer for a reader.
-- seed: 001 Quality Metrics, Production Readiness; Risk Assessment, Mitigation; 003 2. Database Initialization, PRAGMA
--   Configuration

-- The one connection setting that the file itself remembers; the others are up to each connection.
SELECT
    'database' AS subject,
    'journal_mode is ' || p.journal_mode || ' instead of wal; set it once with: PRAGMA journal_mode = wal' AS problem
FROM pragma_journal_mode AS p
WHERE p.journal_mode NOT IN ('wal', 'memory');
