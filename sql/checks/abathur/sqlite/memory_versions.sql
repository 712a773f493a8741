-- Memory versions: those of a key follow each other without a gap.
-- seed: 003 3. Memory Tables Deployment, Memory Tables Creation

-- They need not begin with 1: purging takes the oldest.
SELECT
    'memory ' || m.namespace || ' ' || m.key AS subject,
    'has ' || count(*) || ' versions from ' || min(m.version) || ' to ' || max(m.version) AS problem
FROM memory_entries AS m
GROUP BY m.namespace, m.key
HAVING count(*) <> max(m.version) - min(m.version) + 1;
