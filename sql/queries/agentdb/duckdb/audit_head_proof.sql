-- Proof of an earlier head: whether what audit_head showed at some time is still part of the audit trail.
-- seed: 000 1.2 Design Principles
-- differs: the original has no such proof
-- params: head (what audit_head showed then)

-- Where every line says contained, and the check audit_seals holds, the events that were sealed before that head was
-- kept are all there, as they were, and no other was slipped in among them. MISSING and CHANGED: the trail was written
-- anew. LATER: a block whose number lies below the head, but which the head knows nothing of. Its transaction was open
-- when the head was kept; if nobody wrote at that time, it was slipped in by hand, with a seal of its own.
WITH given AS (
    SELECT unnest(string_split_regex(trim($head), '\s+')) AS part
),

kept AS (
    SELECT
        g.part,
        try_cast(split_part(g.part, ':', 1) AS BIGINT) AS block_number,
        split_part(g.part, ':', 2) AS block_hash
    FROM given AS g
),

newest AS (
    SELECT max(k.block_number) AS block_number
    FROM kept AS k
),

links AS (
    SELECT
        b.block_number AS covering,
        unnest(b.covers) AS covered
    FROM sync_audit_blocks AS b
),

known AS (
    SELECT l.covered AS block_number
    FROM links AS l
    INNER JOIN newest AS n ON l.covering <= n.block_number
    UNION ALL
    SELECT k.block_number
    FROM kept AS k
),

judged AS (
    SELECT
        k.part AS block,
        b.sealed_at,
        b.event_count,
        CASE
            WHEN b.block_number IS NULL THEN 'MISSING: no block has this number'
            WHEN b.block_hash <> k.block_hash THEN 'CHANGED: the hash of the block is now ' || b.block_hash
            ELSE 'contained'
        END AS verdict
    FROM kept AS k
    LEFT JOIN sync_audit_blocks AS b ON k.block_number = b.block_number
)

SELECT
    j.block,
    j.sealed_at,
    j.event_count,
    j.verdict
FROM judged AS j
UNION ALL
SELECT
    b.block_number || ':' || b.block_hash AS block,
    b.sealed_at,
    b.event_count,
    'LATER: not part of this head' AS verdict
FROM sync_audit_blocks AS b
INNER JOIN newest AS n ON b.block_number <= n.block_number
ANTI JOIN known AS w ON b.block_number = w.block_number
WHERE (SELECT bool_and(j.verdict = 'contained') FROM judged AS j)
ORDER BY block ASC;
