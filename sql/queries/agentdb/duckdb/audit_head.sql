-- Head of the audit trail: what to keep outside the database, in a change ticket or on paper, to prove the trail by.
-- seed: 000 1.2 Design Principles
-- differs: the original has no such proof

-- The head names the blocks that no other covers, as number:hash; all others are reached from these. It has several
-- after writers that committed at the same time, until the next event. Keep it only while the check audit_seals holds,
-- which rung verify runs.
WITH links AS (
    SELECT unnest(b.covers) AS block_number
    FROM sync_audit_blocks AS b
),

heads AS (
    SELECT
        b.block_number,
        b.block_hash
    FROM sync_audit_blocks AS b
    ANTI JOIN links AS l ON b.block_number = l.block_number
)

SELECT
    (SELECT count(*) FROM sync_audit_trail) AS events,
    (SELECT count(*) FROM sync_audit_blocks) AS blocks,
    string_agg(h.block_number || ':' || h.block_hash, ' ' ORDER BY h.block_number) AS head
FROM heads AS h;
