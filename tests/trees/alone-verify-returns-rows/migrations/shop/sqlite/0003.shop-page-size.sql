-- Page size: half the reads of wide rows.
-- transactional: false

VACUUM;
