-- Maintenance: statistics for the optimizer, and the log moved into the file.
-- seed: 000 6.4 Maintenance Recommendations
-- differs: VACUUM gives no space back in DuckDB; CHECKPOINT does, for what was deleted at the end of a table
-- writes: yes

VACUUM;

ANALYZE;

CHECKPOINT;
