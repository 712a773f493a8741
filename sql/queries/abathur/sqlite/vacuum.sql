-- Vacuum: gives the space of purged rows back to the disk.
-- seed: 003 Best Practices
-- writes: yes

-- Outside a transaction. Writes the whole database anew and needs free space of twice its size; nobody else can write
-- meanwhile. The file itself shrinks at the checkpoint.
VACUUM;

PRAGMA wal_checkpoint = TRUNCATE;
