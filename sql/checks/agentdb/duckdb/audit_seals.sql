-- Audit seals: every audit event is the one that was sealed, none is missing, and none came in without a seal.
-- seed: 000 1.2 Design Principles; 3.2 Table Descriptions, Table 3
-- differs: the original has no such proof. What it proves and what no proof inside a database can is said in
--   0006.agentdb-audit-seals; whether an earlier head is still part of the trail is answered by audit_head_proof

-- The rules are written out here again, and nothing of the database but its rows is trusted: no trigger, no macro.
-- The first broken event comes first. One change can show in several lines, as its event and as its block; beyond a
-- hundred lines the trail is not to be trusted at all.
WITH written AS (
    SELECT
        a.audit_id,
        sha256(json_array(
            a.audit_id, a.sync_id, a.execution_id, a.event_type, a.actor, a.actor_role, epoch_us(a.timestamp),
            a.phi_involved, cast(a.compliance_context AS VARCHAR), cast(a.event_details AS VARCHAR), a.ip_address,
            a.session_id
        )) AS event_hash
    FROM sync_audit_trail AS a
),

sealed AS (
    SELECT
        s.block_number,
        count(*) AS event_count,
        sha256(string_agg(s.event_hash, '' ORDER BY s.event_hash)) AS events_hash
    FROM sync_audit_seals AS s
    GROUP BY s.block_number
),

links AS (
    SELECT
        b.block_number,
        unnest(b.covers) AS covered_number
    FROM sync_audit_blocks AS b
),

covered AS (
    SELECT
        l.block_number,
        string_agg(c.block_hash, '' ORDER BY c.block_number) AS covered_hashes
    FROM links AS l
    INNER JOIN sync_audit_blocks AS c ON l.covered_number = c.block_number
    GROUP BY l.block_number
),

broken AS (
    SELECT
        s.block_number,
        'sync_audit_trail audit_id ' || coalesce(w.audit_id, s.audit_id) AS subject,
        CASE
            WHEN s.audit_id IS NULL THEN 'was never sealed: it came in past the trigger'
            WHEN w.audit_id IS NULL THEN 'was removed; it was sealed in block ' || s.block_number
            ELSE 'is not what was sealed in block ' || s.block_number || ': it was changed'
        END AS problem
    FROM written AS w
    FULL JOIN sync_audit_seals AS s ON w.audit_id = s.audit_id
    WHERE w.event_hash IS DISTINCT FROM s.event_hash
    UNION ALL
    SELECT
        max(s.block_number) AS block_number,
        'sync_audit_trail audit_id ' || s.audit_id AS subject,
        'is sealed ' || count(*) || ' times: a seal was slipped in' AS problem
    FROM sync_audit_seals AS s
    GROUP BY s.audit_id
    HAVING count(*) > 1
    UNION ALL
    SELECT
        s.block_number,
        'sync_audit_blocks block_number ' || s.block_number AS subject,
        'is missing, though ' || s.event_count || ' events are sealed in it: it was removed' AS problem
    FROM sealed AS s
    ANTI JOIN sync_audit_blocks AS b ON s.block_number = b.block_number
    UNION ALL
    SELECT
        l.covered_number AS block_number,
        'sync_audit_blocks block_number ' || l.covered_number AS subject,
        'is missing, though block ' || min(l.block_number) || ' covers it: it was removed' AS problem
    FROM links AS l
    ANTI JOIN sync_audit_blocks AS b ON l.covered_number = b.block_number
    GROUP BY l.covered_number
    UNION ALL
    SELECT
        b.block_number,
        'sync_audit_blocks block_number ' || b.block_number AS subject,
        CASE
            WHEN b.event_count <> coalesce(s.event_count, 0)
                THEN
                    'has ' || coalesce(s.event_count, 0) || ' seals instead of ' || b.event_count
                    || ': an event was removed with its seal, or slipped in with one'
            ELSE 'is not what was written: it, one of its seals or a block before it was changed'
        END AS problem
    FROM sync_audit_blocks AS b
    LEFT JOIN sealed AS s ON b.block_number = s.block_number
    LEFT JOIN covered AS c ON b.block_number = c.block_number
    WHERE
        b.block_hash IS DISTINCT FROM sha256(json_array(
            b.block_number, epoch_us(b.sealed_at), b.event_count, s.events_hash, b.covers,
            coalesce(c.covered_hashes, '')
        ))
        OR b.event_count <> coalesce(s.event_count, 0)
)

SELECT
    b.subject,
    b.problem
FROM broken AS b
ORDER BY b.block_number ASC NULLS FIRST, b.subject ASC, b.problem ASC
LIMIT 100;
