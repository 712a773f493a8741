-- Audit of memory: an entry of the trail that points to a memory names the namespace in which that is.
-- seed: 003 2. Database Initialization, Table Creation Sequence

SELECT
    'audit id ' || a.id AS subject,
    'memory_namespace is ' || quote(a.memory_namespace) || ', and memory ' || m.id || ' is in ' || m.namespace
        AS problem
FROM audit AS a
INNER JOIN memory_entries AS m ON a.memory_entry_id = m.id
WHERE a.memory_namespace IS NOT m.namespace;
