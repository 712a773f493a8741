-- Analyze: statistics of every index, from which SQLite chooses its plans.
-- seed: 003 5. Database Class Integration; Best Practices
-- writes: yes

-- Weekly, and after a purge. A connection that is about to close can run PRAGMA optimize instead, which does the same
-- for the tables that have changed a lot.
ANALYZE;
