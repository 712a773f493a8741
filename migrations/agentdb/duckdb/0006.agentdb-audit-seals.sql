-- Audit seals: proof that no audit event was changed, removed or slipped in, even by someone who dropped the triggers.
-- seed: 000 1.2 Design Principles; 3.2 Table Descriptions, Table 3
-- differs: the original has no such proof. Every INSERT into the trail seals its events in a block: a SHA-256 of each
--   event, and one of the block over these and over the blocks before it. The check audit_seals computes all of it
--   anew and names the first event that does not fit. It proves that every event is the one that was sealed, that none
--   is missing, and that none came in without a seal. It cannot see that the newest events were cut off together with
--   their seals, nor that someone sealed everything anew from some point to the end: no proof inside a database can.
--   So keep the head outside (query audit_head; a change ticket, paper). As long as audit_head_proof finds it, and the
--   check holds, all that was written before that head was kept is there as it was, and nothing was slipped in among
--   it. Nor is an event true because it is sealed: one with a false timestamp is sealed as it is, and
--   audit_late_events shows when that was.
--   An INSERT of one event takes 3 ms longer, one of a million events 10 s instead of 4; the check of a million 1 to
--   3 seconds, and their seals an eighth to a quarter of the space of the trail
-- depends: 0005.agentdb-audit-append-only

-- Every INSERT into the trail takes one, and does not give it back when it is undone: numbers rise, with gaps.
CREATE SEQUENCE sync_audit_block_number;

-- covers: the newest blocks that no other block covers yet. As a rule that is one. Writers that commit at the same time
-- do not see each other, so each covers the same block, and the next one covers all of theirs. A chain in which every
-- block has one successor is 0.1 ms faster, and refused 288 of the 400 events that four threads wrote at once. An audit
-- event must not be refused.
CREATE TABLE sync_audit_blocks (
    block_number BIGINT NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    event_count BIGINT NOT NULL,
    covers BIGINT[] NOT NULL,
    block_hash VARCHAR NOT NULL,
    CONSTRAINT sync_audit_blocks_pkey PRIMARY KEY (block_number)
);

CREATE TABLE sync_audit_seals (
    audit_id VARCHAR NOT NULL,
    block_number BIGINT NOT NULL,
    event_hash VARCHAR NOT NULL
);

-- DuckDB numbers the rows of a table in the order of their commits, and none is ever deleted here: the last 1,024 rows
-- are the last committed, whatever their block_number. A block stays uncovered, and so a head of its own, only where
-- more than that many were committed in one go between it and the next.
CREATE TRIGGER sync_audit_seals_block -- noqa: PRS
AFTER INSERT ON sync_audit_seals
REFERENCING NEW TABLE AS n
FOR EACH STATEMENT
INSERT INTO sync_audit_blocks (block_number, sealed_at, event_count, covers, block_hash)
WITH recent AS (
    SELECT
        b.block_number,
        b.covers,
        b.block_hash
    FROM sync_audit_blocks AS b
    WHERE b.rowid >= (SELECT count(*) FROM sync_audit_blocks) - 1024
),

heads AS (
    SELECT
        coalesce(list(r.block_number ORDER BY r.block_number), []) AS covers,
        coalesce(string_agg(r.block_hash, '' ORDER BY r.block_number), '') AS covered_hashes
    FROM recent AS r
    WHERE r.block_number NOT IN (SELECT unnest(c.covers) FROM recent AS c)
),

events AS (
    SELECT
        n.block_number,
        count(*) AS event_count,
        sha256(string_agg(n.event_hash, '' ORDER BY n.event_hash)) AS events_hash
    FROM n
    GROUP BY n.block_number
)

SELECT
    e.block_number,
    CURRENT_TIMESTAMP,
    e.event_count,
    h.covers,
    sha256(json_array(
        e.block_number, epoch_us(CURRENT_TIMESTAMP), e.event_count, e.events_hash, h.covers, h.covered_hashes
    ))
FROM events AS e
CROSS JOIN heads AS h;

-- A JSON array tells NULL from '' and one column from the next, and writes the instant as a number: the same hash in
-- every session, whatever its time zone. The JSON columns count letter for letter.
CREATE TRIGGER sync_audit_trail_seal -- noqa: PRS
AFTER INSERT ON sync_audit_trail
REFERENCING NEW TABLE AS n
FOR EACH STATEMENT
INSERT INTO sync_audit_seals (audit_id, block_number, event_hash)
SELECT
    n.audit_id,
    (SELECT nextval('sync_audit_block_number')),
    sha256(json_array(
        n.audit_id, n.sync_id, n.execution_id, n.event_type, n.actor, n.actor_role, epoch_us(n.timestamp),
        n.phi_involved, cast(n.compliance_context AS VARCHAR), cast(n.event_details AS VARCHAR), n.ip_address,
        n.session_id
    ))
FROM n;

CREATE TRIGGER sync_audit_seals_refuse_update -- noqa: PRS
AFTER UPDATE ON sync_audit_seals
REFERENCING OLD TABLE AS o
FOR EACH STATEMENT
INSERT INTO sync_execution_keys (execution_id)
SELECT error('UPDATE not allowed on sync_audit_seals: the seal of event ' || o.audit_id || ' proves what was written')
FROM o;

CREATE TRIGGER sync_audit_seals_refuse_delete -- noqa: PRS
AFTER DELETE ON sync_audit_seals
REFERENCING OLD TABLE AS o
FOR EACH STATEMENT
INSERT INTO sync_execution_keys (execution_id)
SELECT error('DELETE not allowed on sync_audit_seals: the seal of event ' || o.audit_id || ' proves what was written')
FROM o;

CREATE TRIGGER sync_audit_blocks_refuse_update -- noqa: PRS
AFTER UPDATE ON sync_audit_blocks
REFERENCING OLD TABLE AS o
FOR EACH STATEMENT
INSERT INTO sync_execution_keys (execution_id)
SELECT error('UPDATE not allowed on sync_audit_blocks: block ' || o.block_number || ' proves what was written')
FROM o;

CREATE TRIGGER sync_audit_blocks_refuse_delete -- noqa: PRS
AFTER DELETE ON sync_audit_blocks
REFERENCING OLD TABLE AS o
FOR EACH STATEMENT
INSERT INTO sync_execution_keys (execution_id)
SELECT error('DELETE not allowed on sync_audit_blocks: block ' || o.block_number || ' proves what was written')
FROM o;

-- Block 0 holds the events that are older than this step, as they are found. The sequence begins at 1.
INSERT INTO sync_audit_seals (audit_id, block_number, event_hash)
SELECT
    a.audit_id,
    0 AS block_number,
    sha256(json_array(
        a.audit_id, a.sync_id, a.execution_id, a.event_type, a.actor, a.actor_role, epoch_us(a.timestamp),
        a.phi_involved, cast(a.compliance_context AS VARCHAR), cast(a.event_details AS VARCHAR), a.ip_address,
        a.session_id
    )) AS event_hash
FROM sync_audit_trail AS a;
