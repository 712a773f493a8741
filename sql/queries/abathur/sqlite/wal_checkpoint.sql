-- WAL checkpoint: moves the write-ahead log into the database and empties it.
-- seed: 003 2. Database Initialization, PRAGMA Configuration; Best Practices
-- writes: yes

-- Outside a transaction. Waits for readers up to busy_timeout; busy is 1 where one of them stayed too long.
PRAGMA wal_checkpoint = TRUNCATE;
