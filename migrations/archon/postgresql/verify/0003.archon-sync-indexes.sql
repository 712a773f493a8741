-- Indexes of the sync history verified: each is there, complete, and on exactly what this step put it on.
-- seed: 002 3. Indexes Created

WITH expected (name, definition, problem) AS (
    VALUES
    (
        'idx_sync_history_started',
        'USING btree (started_at DESC)',
        'finding the latest syncs reads the whole history'
    ),
    (
        'idx_sync_history_status',
        'USING btree (status) WHERE (status = ANY (ARRAY[''running''::text, ''failed''::text]))',
        'finding what runs or went wrong reads the whole history'
    ),
    (
        'idx_sync_history_direction',
        'USING btree (direction, started_at DESC)',
        'finding the latest sync of a direction reads the whole history'
    ),
    (
        'idx_sync_history_triggered_by',
        'USING btree (triggered_by, started_at DESC)',
        'finding the syncs that somebody triggered reads the whole history'
    ),
    (
        'idx_sync_history_metadata',
        'USING gin (metadata)',
        'searching the metadata reads the whole history'
    )
),

actual (name, definition, is_ready) AS (
    SELECT
        c.relname,
        pg_get_indexdef(c.oid),
        i.indisvalid AND i.indisready AND i.indislive
    FROM pg_index AS i
    INNER JOIN pg_class AS c ON i.indexrelid = c.oid
    WHERE i.indrelid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
)

SELECT
    e.name AS subject,
    coalesce('is now ' || a.definition, 'index is missing')
    || ': ' || e.problem || '; expected it ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON e.name = a.name
WHERE
    a.definition IS DISTINCT FROM format(
        'CREATE INDEX %I ON %I.archon_sync_history %s', e.name, current_schema(), e.definition
    )
UNION ALL
SELECT
    e.name AS subject,
    'index is invalid, so no query uses it: ' || e.problem || '; drop it and make it again' AS problem
FROM expected AS e
INNER JOIN actual AS a ON e.name = a.name
WHERE NOT a.is_ready;
