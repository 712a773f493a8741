-- Current memory: a key has one current value, its newest version, or none when that is deleted.
-- seed: 003 3. Memory Tables Deployment, namespace hierarchy

WITH newest (namespace, key, version) AS (
    SELECT
        m.namespace,
        m.key,
        max(m.version) AS version
    FROM memory_entries AS m
    WHERE m.is_deleted = 0
    GROUP BY m.namespace, m.key
),

shown (namespace, key, times, version) AS (
    SELECT
        c.namespace,
        c.key,
        count(*) AS times,
        max(c.version) AS version
    FROM current_memory AS c
    GROUP BY c.namespace, c.key
)

SELECT
    'memory ' || n.namespace || ' ' || n.key AS subject,
    'current_memory shows ' || coalesce(s.times || ' times version ' || s.version, 'nothing') || ', not version '
    || n.version AS problem
FROM newest AS n
LEFT JOIN shown AS s ON n.namespace = s.namespace AND n.key = s.key
WHERE s.times IS NOT 1 OR s.version IS NOT n.version;
