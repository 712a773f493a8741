-- Late events: audit events that were written long before or after the moment that they, or their seals, name.
-- seed: 000 3.2 Table Descriptions, Table 3
-- differs: the original trusts the timestamp that the application gives
-- params: minutes (at least this far apart)

-- passed_over_at: when the last block was sealed that did not cover the block of the event, though it was sealed later.
-- Then a transaction was open that long, or the event was slipped in by hand with a seal of its own.
WITH links AS (
    SELECT
        b.block_number AS covering,
        unnest(b.covers) AS covered
    FROM sync_audit_blocks AS b
),

covered AS (
    SELECT
        b.block_number,
        b.sealed_at,
        coalesce(min(l.covering), 9223372036854775807) AS covering
    FROM sync_audit_blocks AS b
    LEFT JOIN links AS l ON b.block_number = l.covered
    GROUP BY b.block_number, b.sealed_at
),

passed AS (
    SELECT
        c.block_number,
        c.sealed_at,
        CASE WHEN b.block_number > c.block_number THEN b.sealed_at END AS passed_over_at
    FROM covered AS c
    ASOF LEFT JOIN sync_audit_blocks AS b ON c.covering > b.block_number
)

SELECT
    a.audit_id,
    a.timestamp,
    p.sealed_at,
    p.passed_over_at,
    a.event_type,
    a.actor,
    p.block_number
FROM sync_audit_trail AS a
INNER JOIN sync_audit_seals AS s ON a.audit_id = s.audit_id
INNER JOIN passed AS p ON s.block_number = p.block_number
WHERE
    abs(epoch_ms(p.sealed_at) - epoch_ms(a.timestamp)) >= 60000 * cast($minutes AS BIGINT)
    OR epoch_ms(p.passed_over_at) - epoch_ms(p.sealed_at) >= 60000 * cast($minutes AS BIGINT)
ORDER BY p.sealed_at DESC, a.audit_id ASC;
