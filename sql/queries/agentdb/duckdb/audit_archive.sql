-- Archive of the audit trail: copies what was sealed before a moment into a database of its own, with its proof.
-- seed: 000 6.4 Maintenance Recommendations
-- differs: the original archives and says no more. Here nothing is taken out of the trail, which is append-only. The
--   archive holds whole blocks from the first one on, so the check audit_seals, run on the archive, proves it alone
-- params: archive (file of the archive, made when it is missing), before (first moment not to archive)
-- writes: yes
-- allow: sqlfluff.AM04 (the archive has the trail's own tables, whatever columns they have)

-- Can be killed and repeated: what is there already is not copied again.
ATTACH $archive AS archive; -- noqa: PRS

CREATE TABLE IF NOT EXISTS archive.sync_audit_trail AS
SELECT * FROM sync_audit_trail
WHERE FALSE;

CREATE TABLE IF NOT EXISTS archive.sync_audit_seals AS
SELECT * FROM sync_audit_seals
WHERE FALSE;

CREATE TABLE IF NOT EXISTS archive.sync_audit_blocks AS
SELECT * FROM sync_audit_blocks
WHERE FALSE;

SET VARIABLE first_kept = (
    SELECT coalesce(min(b.block_number), 9223372036854775807)
    FROM sync_audit_blocks AS b
    WHERE b.sealed_at >= cast($before AS TIMESTAMP WITH TIME ZONE)
);

BEGIN;

INSERT INTO archive.sync_audit_trail
SELECT a.*
FROM sync_audit_trail AS a
INNER JOIN sync_audit_seals AS s ON a.audit_id = s.audit_id
ANTI JOIN archive.sync_audit_trail AS k ON a.audit_id = k.audit_id
WHERE s.block_number < getvariable('first_kept');

INSERT INTO archive.sync_audit_seals
SELECT s.*
FROM sync_audit_seals AS s
ANTI JOIN archive.sync_audit_seals AS k ON s.audit_id = k.audit_id AND s.block_number = k.block_number
WHERE s.block_number < getvariable('first_kept');

INSERT INTO archive.sync_audit_blocks
SELECT b.*
FROM sync_audit_blocks AS b
ANTI JOIN archive.sync_audit_blocks AS k ON b.block_number = k.block_number
WHERE b.block_number < getvariable('first_kept');

COMMIT;

SELECT
    (SELECT count(*) FROM archive.sync_audit_trail) AS archived_events,
    (SELECT count(*) FROM sync_audit_trail) AS events;

DETACH archive; -- noqa: PRS
