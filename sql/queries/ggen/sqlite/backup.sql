-- Backup: a consistent copy of the database, while it is in use.
-- seed: 001 Next Steps, Implementation; Quality Metrics, Production Readiness
-- differs: copying the file of an open database in WAL mode, the usual way, loses what is still in the log
-- params: target (file to write that does not exist yet)
-- writes: yes

-- Outside a transaction. The copy is not in WAL mode until PRAGMA journal_mode = wal is run on it. A backup is worth
-- what its restore is: run recovery_check on both and compare.
VACUUM INTO :target;
