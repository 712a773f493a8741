-- Context of an agent: the current values below several namespaces at once, each key where it is most particular first.
-- seed: 003 3. Memory Tables Deployment, namespace hierarchy
-- params: prefixes (the beginnings as a JSON array, the most particular first, such as ["session:1:", "user:alice:"])
-- uses: idx_memory_namespace_prefix, idx_memory_namespace_key_version

-- noqa: disable=PRS
SELECT
    p.key AS rank,
    c.namespace,
    c.key,
    c.value,
    c.memory_type,
    c.version,
    c.updated_at
FROM json_each(:prefixes) AS p
CROSS JOIN current_memory AS c
WHERE
    (c.namespace COLLATE NOCASE) >= p.value
    AND (c.namespace COLLATE NOCASE) < p.value || char(1114111)
    AND substr(c.namespace, 1, length(p.value)) = p.value
ORDER BY p.key ASC, c.namespace ASC, c.key ASC;
