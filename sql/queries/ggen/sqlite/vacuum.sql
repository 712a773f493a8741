-- Vacuum: gives the space of deleted rows back to the disk.
-- seed: 001 Next Steps, Operations
-- writes: yes

-- Outside a transaction. Writes the whole database anew and needs free space of twice its size; nobody else can write
-- meanwhile. The file itself shrinks at the checkpoint.
VACUUM;

PRAGMA wal_checkpoint = TRUNCATE;
