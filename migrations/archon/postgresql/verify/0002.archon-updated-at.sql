-- Time of the last change verified: the trigger is there, is on, and does what this step made it do.
-- seed: 002 6. Triggers Implemented

-- The clauses are the whole function in its order, as PostgreSQL shows it: a clause that has changed is named, and then
-- what has become of the whole is shown.
WITH expected (clause, problem) AS (
    VALUES
    (
        'CREATE OR REPLACE FUNCTION update_sync_history_updated_at() RETURNS trigger LANGUAGE plpgsql',
        'is not the kind of function that this step made'
    ),
    ('SET search_path TO ''''', 'can be made to mean other objects by whoever sets a search_path'),
    (
        'AS $function$ BEGIN NEW.updated_at := clock_timestamp(); RETURN NEW; END; $function$',
        'does not put the time of the change into updated_at'
    )
),

actual (definition) AS (
    SELECT
        btrim(
            regexp_replace(
                replace(
                    pg_get_functiondef(p.oid), 'FUNCTION ' || quote_ident(current_schema()) || '.', 'FUNCTION '
                ),
                '\s+',
                ' ',
                'g'
            )
        )
    FROM pg_proc AS p
    WHERE p.oid = to_regprocedure(quote_ident(current_schema()) || '.update_sync_history_updated_at()')
)

SELECT
    'update_sync_history_updated_at' AS subject,
    'function is missing: no change of a sync can be stored' AS problem
WHERE NOT EXISTS (SELECT 1 FROM actual)
UNION ALL
SELECT
    'update_sync_history_updated_at' AS subject,
    e.problem || '; expected ' || e.clause AS problem
FROM expected AS e
CROSS JOIN actual AS a
WHERE strpos(a.definition, e.clause) = 0
UNION ALL
SELECT
    'update_sync_history_updated_at' AS subject,
    'is not the function that this step made; it is now ' || a.definition AS problem
FROM actual AS a
WHERE a.definition <> (SELECT string_agg(e.clause, ' ') FROM expected AS e);

WITH made AS (
    SELECT
        p.proname,
        p.proowner,
        coalesce(p.proacl, acldefault('f', p.proowner)) AS acl
    FROM pg_proc AS p
    WHERE p.oid = to_regprocedure(quote_ident(current_schema()) || '.update_sync_history_updated_at()')
)

SELECT
    m.proname AS subject,
    'its owner cannot execute it, nor hang it on a table' AS problem
FROM made AS m
WHERE m.proowner NOT IN (SELECT x.grantee FROM aclexplode(m.acl) AS x)
UNION ALL
SELECT
    m.proname AS subject,
    coalesce(r.rolname, 'public') || ' may execute it, and hang it on tables' AS problem
FROM made AS m
CROSS JOIN LATERAL aclexplode(m.acl) AS x
LEFT JOIN pg_roles AS r ON x.grantee = r.oid
WHERE
    x.grantee <> m.proowner
    AND coalesce(r.rolname, 'public') IN ('public', 'anon', 'authenticated', 'service_role');

WITH expected (definition) AS (
    SELECT
        format(
            'CREATE TRIGGER trigger_sync_history_updated_at BEFORE UPDATE ON %I.archon_sync_history FOR EACH ROW '
            || 'EXECUTE FUNCTION update_sync_history_updated_at()',
            current_schema()
        )
),

actual (definition, is_on) AS (
    SELECT
        pg_get_triggerdef(t.oid),
        t.tgenabled = 'O'
    FROM pg_trigger AS t
    WHERE
        t.tgrelid = to_regclass(quote_ident(current_schema()) || '.archon_sync_history')
        AND t.tgname = 'trigger_sync_history_updated_at'
)

SELECT
    'trigger_sync_history_updated_at' AS subject,
    coalesce('is now ' || a.definition, 'trigger is missing')
    || ': updated_at does not tell when a sync was changed; expected ' || e.definition AS problem
FROM expected AS e
LEFT JOIN actual AS a ON TRUE
WHERE a.definition IS DISTINCT FROM e.definition
UNION ALL
SELECT
    'trigger_sync_history_updated_at' AS subject,
    'is switched off, for some sessions or for all: updated_at does not tell when a sync was changed' AS problem
FROM actual AS a
WHERE NOT a.is_on;
