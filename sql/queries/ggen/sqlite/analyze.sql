-- Analyze: statistics of every index, from which SQLite chooses its plans.
-- seed: 001 Next Steps, Operations; Risk Assessment, Mitigation
-- writes: yes

-- Weekly, and after an archival. A connection that is about to close can run PRAGMA optimize instead, which does the
-- same for the tables that have changed a lot.
ANALYZE;
