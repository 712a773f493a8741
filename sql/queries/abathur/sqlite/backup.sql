-- Backup: a consistent copy of the database, while it is in use.
-- seed: 003 Best Practices
-- params: target (file to write that does not exist yet)
-- writes: yes

-- Outside a transaction. The copy is not in WAL mode until PRAGMA journal_mode = wal is run on it. A backup is worth
-- what its restore is: run recovery_check on both and compare.
VACUUM INTO :target;
