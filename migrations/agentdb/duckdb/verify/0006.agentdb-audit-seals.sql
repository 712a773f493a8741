-- Audit seals verified: every new event is sealed, and no seal can be changed.
-- seed: 000 1.2 Design Principles; 3.2 Table Descriptions, Table 3

-- A file that was opened again tells the next number as the start of the sequence.
SELECT
    'sync_audit_block_number' AS subject,
    'is missing, or does not count from 1 upwards for ever: blocks cannot be numbered, or two get one number' AS problem
WHERE NOT EXISTS (
    SELECT 1 FROM duckdb_sequences() AS o
    WHERE
        o.database_name = current_database()
        AND o.schema_name = 'main'
        AND o.sequence_name = 'sync_audit_block_number'
        AND o.start_value <= coalesce(o.last_value, 0) + 1
        AND o.min_value = 1
        AND o.max_value = 9223372036854775807
        AND o.increment_by = 1
        AND NOT o.cycle
);

WITH expected (name, piece, problem) AS MATERIALIZED (
    VALUES
    ('sync_audit_blocks', NULL, 'table is missing: what was sealed is held together by nothing'),
    (
        'sync_audit_blocks', 'block_number BIGINT',
        'column block_number is missing, or is not what the application writes and reads'
    ),
    (
        'sync_audit_blocks', 'sealed_at TIMESTAMP WITH TIME ZONE NOT NULL',
        'column sealed_at is missing, or it takes the wall clock of a session for an instant'
    ),
    (
        'sync_audit_blocks', 'event_count BIGINT NOT NULL',
        'column event_count is missing, or is not what the application writes and reads'
    ),
    (
        'sync_audit_blocks', 'covers BIGINT[] NOT NULL',
        'column covers is missing, or a block cannot cover those before it'
    ),
    ('sync_audit_blocks', 'block_hash VARCHAR NOT NULL', 'column block_hash is missing, or a block proves nothing'),
    ('sync_audit_blocks', 'PRIMARY KEY(block_number)', 'two blocks can have one number'),
    ('sync_audit_seals', NULL, 'table is missing: no event is sealed'),
    (
        'sync_audit_seals', 'audit_id VARCHAR NOT NULL',
        'column audit_id is missing, or is not what the application writes and reads'
    ),
    (
        'sync_audit_seals', 'block_number BIGINT NOT NULL',
        'column block_number is missing, or is not what the application writes and reads'
    ),
    ('sync_audit_seals', 'event_hash VARCHAR NOT NULL', 'column event_hash is missing, or an event is not sealed')
)

SELECT
    e.name AS subject,
    CASE
        WHEN e.piece IS NOT NULL THEN e.problem || '; expected ' || e.piece
        WHEN o.sql IS NULL THEN e.problem
        ELSE 'is not the table that this step made; it is now ' || o.sql
    END AS problem
FROM expected AS e
LEFT JOIN duckdb_tables() AS o
    ON
        e.name = o.table_name
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE
    CASE
        WHEN e.piece IS NOT NULL THEN NOT contains(o.sql, e.piece)
        ELSE
            o.sql IS NULL
            OR o.sql NOT IN (
                SELECT 'CREATE TABLE ' || p.name || '(' || string_agg(p.piece, ', ') || ');'
                FROM expected AS p
                GROUP BY p.name
            )
    END;

WITH expected (name, clause, problem) AS MATERIALIZED (
    VALUES
    ('sync_audit_seals_block', NULL, 'trigger is missing: seals are bound by nothing, and every new event is reported'),
    (
        'sync_audit_seals_block',
        'CREATE TRIGGER sync_audit_seals_block AFTER INSERT ON sync_audit_seals REFERENCING NEW TABLE AS n FOR '
        || 'EACH STATEMENT INSERT INTO sync_audit_blocks (block_number, sealed_at, event_count, covers, block_hash)',
        'seals are not bound into a block'
    ),
    (
        'sync_audit_seals_block',
        'WITH recent AS (SELECT b.block_number, b.covers, b.block_hash FROM sync_audit_blocks AS b',
        'a block cannot find the blocks before it'
    ),
    (
        'sync_audit_seals_block', 'WHERE (b.rowid >= ((SELECT count_star() FROM sync_audit_blocks) - 1024))),',
        'a block looks through all blocks, or misses some that are not covered yet'
    ),
    (
        'sync_audit_seals_block',
        'heads AS (SELECT COALESCE(list(r.block_number ORDER BY r.block_number), list_value()) AS covers,',
        'covers is not a list in order, or is NULL for the first block'
    ),
    (
        'sync_audit_seals_block',
        'COALESCE(string_agg(r.block_hash, '''' ORDER BY r.block_number), '''') AS covered_hashes',
        'the hashes of the blocks before it are not taken in order, or are NULL for the first block'
    ),
    (
        'sync_audit_seals_block',
        'FROM recent AS r WHERE (NOT (r.block_number = ANY(SELECT unnest(c.covers) FROM recent AS c)))),',
        'covers blocks that are covered already, or leaves out some that are not'
    ),
    (
        'sync_audit_seals_block', 'events AS (SELECT n.block_number, count_star() AS event_count,',
        'a block does not count its events'
    ),
    (
        'sync_audit_seals_block', 'sha256(string_agg(n.event_hash, '''' ORDER BY n.event_hash)) AS events_hash',
        'a block does not seal the hash of each of its events'
    ),
    ('sync_audit_seals_block', 'FROM n GROUP BY n.block_number)', 'events of two blocks are sealed as one'),
    (
        'sync_audit_seals_block', 'SELECT e.block_number, CURRENT_TIMESTAMP, e.event_count, h.covers,',
        'a block does not say when it was sealed, what it holds and what it covers'
    ),
    (
        'sync_audit_seals_block',
        'sha256(json_array(e.block_number, epoch_us(CURRENT_TIMESTAMP), e.event_count, e.events_hash, h.covers, '
        || 'h.covered_hashes))',
        'block_hash does not seal number, time, events and the blocks before it: the check audit_seals reports '
        || 'every new block'
    ),
    ('sync_audit_seals_block', 'FROM (events AS e CROSS JOIN heads AS h);', 'a block is not sealed, or more than once'),
    ('sync_audit_trail_seal', NULL, 'trigger is missing: new events are not sealed, and every one is reported'),
    (
        'sync_audit_trail_seal',
        'CREATE TRIGGER sync_audit_trail_seal AFTER INSERT ON sync_audit_trail REFERENCING NEW TABLE AS n FOR '
        || 'EACH STATEMENT INSERT INTO sync_audit_seals (audit_id, block_number, event_hash)',
        'new events are not sealed'
    ),
    ('sync_audit_trail_seal', 'SELECT n.audit_id,', 'a seal does not name its event'),
    (
        'sync_audit_trail_seal', '(SELECT nextval(''sync_audit_block_number'')),',
        'the events of one statement are not sealed in one block of a new number'
    ),
    (
        'sync_audit_trail_seal',
        'sha256(json_array(n.audit_id, n.sync_id, n.execution_id, n.event_type, n.actor, n.actor_role, '
        || 'epoch_us(n."timestamp"), n.phi_involved, CAST(n.compliance_context AS VARCHAR), CAST(n.event_details AS '
        || 'VARCHAR), n.ip_address, n.session_id))',
        'a seal leaves out a column of its event, or writes it otherwise: the check audit_seals reports every new '
        || 'event'
    ),
    ('sync_audit_trail_seal', 'FROM n;', 'events are not sealed, or more than once')
)

SELECT
    e.name AS subject,
    CASE
        WHEN e.clause IS NOT NULL THEN e.problem || '; expected ' || e.clause
        WHEN o.sql IS NULL THEN e.problem
        ELSE 'is not the trigger that this step made; it is now ' || o.sql
    END AS problem
FROM expected AS e
LEFT JOIN duckdb_triggers() AS o
    ON
        e.name = o.trigger_name
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE
    CASE
        WHEN e.clause IS NOT NULL THEN NOT contains(o.sql, e.clause)
        ELSE
            o.sql IS NULL
            OR o.sql NOT IN (
                SELECT string_agg(p.clause, ' ')
                FROM expected AS p
                GROUP BY p.name
            )
    END;

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'sync_audit_seals_refuse_update',
        'CREATE TRIGGER sync_audit_seals_refuse_update AFTER UPDATE ON sync_audit_seals REFERENCING OLD TABLE AS '
        || 'o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"(((''UPDATE not '
        || 'allowed on sync_audit_seals: the seal of event '' || o.audit_id) || '' proves what was written'')) FROM '
        || 'o;',
        'a seal can be changed, or is refused without saying why'
    ),
    (
        'sync_audit_seals_refuse_delete',
        'CREATE TRIGGER sync_audit_seals_refuse_delete AFTER DELETE ON sync_audit_seals REFERENCING OLD TABLE AS '
        || 'o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"(((''DELETE not '
        || 'allowed on sync_audit_seals: the seal of event '' || o.audit_id) || '' proves what was written'')) FROM '
        || 'o;',
        'a seal can be deleted, or that is refused without saying why'
    ),
    (
        'sync_audit_blocks_refuse_update',
        'CREATE TRIGGER sync_audit_blocks_refuse_update AFTER UPDATE ON sync_audit_blocks REFERENCING OLD TABLE '
        || 'AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"(((''UPDATE not '
        || 'allowed on sync_audit_blocks: block '' || o.block_number) || '' proves what was written'')) FROM o;',
        'a block can be changed, or is refused without saying why'
    ),
    (
        'sync_audit_blocks_refuse_delete',
        'CREATE TRIGGER sync_audit_blocks_refuse_delete AFTER DELETE ON sync_audit_blocks REFERENCING OLD TABLE '
        || 'AS o FOR EACH STATEMENT INSERT INTO sync_execution_keys (execution_id) SELECT "error"(((''DELETE not '
        || 'allowed on sync_audit_blocks: block '' || o.block_number) || '' proves what was written'')) FROM o;',
        'a block can be deleted, or that is refused without saying why'
    )
)

SELECT
    e.name AS subject,
    coalesce('is now ' || o.sql, 'trigger is missing') || ': ' || e.problem AS problem
FROM expected AS e
LEFT JOIN duckdb_triggers() AS o
    ON
        e.name = o.trigger_name
        AND o.database_name = current_database()
        AND o.schema_name = 'main'
WHERE o.sql IS DISTINCT FROM e.definition;
