-- Behaviour: what the schema promises, tried out.
-- seed: 004 Complete SQL DDL Specifications; Integration with Agent Framework; Schema Evolution Management

-- With the database's own tools, in a database where every step is applied:
--     pg_prove -d mister_smith sql/pgtap/mister_smith/*.sql
-- or  psql -X -q -d mister_smith -f sql/pgtap/mister_smith/behaviour.sql
-- Another schema than public: PGOPTIONS='-c search_path=my_schema'. It is one transaction, which ends with ROLLBACK:
-- pgTAP too is there only as long, in a schema of its own. Run by a superuser.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\pset pager off

BEGIN;

SET LOCAL client_min_messages = warning;

CREATE SCHEMA pgtap_of_this_test;

CREATE EXTENSION pgtap SCHEMA pgtap_of_this_test;

-- In blocks, which print nothing between the results.
DO $$
BEGIN
    PERFORM set_config('tap.schema', current_schema(), TRUE);
    PERFORM set_config('search_path', format('%I, pgtap_of_this_test', current_schema()), TRUE);
END;
$$;

SELECT plan(25);

INSERT INTO users (id, username, password_hash)
VALUES (
    '00000000-0000-4000-8000-0000000000a1',
    'tap user',
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'
);

INSERT INTO agents (id, name, agent_type)
VALUES
('00000000-0000-4000-8000-0000000000b1', 'tap one', 'engineer'),
('00000000-0000-4000-8000-0000000000b2', 'tap two', 'engineer');

-- Users.
SELECT results_eq(
    $$SELECT u.salt FROM users AS u WHERE u.username = 'tap user'$$,
    ARRAY['c2FsdHNhbHRzYWx0'],
    'the salt is a part of the hash'
);

SELECT throws_ok(
    $$INSERT INTO users (username, password_hash) SELECT 'TAP USER', u.password_hash FROM users AS u LIMIT 1$$,
    '23505', NULL, 'a user is one in whatever case'
);

SELECT throws_ok(
    $$INSERT INTO users (username, password_hash) VALUES ('tap other', 'secret')$$,
    '23514', NULL, 'a password that is not hashed is refused'
);

-- Agents.
SELECT lives_ok(
    $$INSERT INTO agent_dependencies (agent_id, depends_on_agent_id, dependency_type)
    VALUES ('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000b2', 'required')$$,
    'an agent needs another'
);

SELECT throws_ok(
    $$INSERT INTO agent_dependencies (agent_id, depends_on_agent_id, dependency_type)
    VALUES ('00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000b1', 'required')$$,
    '23514', NULL, 'and not the other way round as well'
);

SELECT ok(
    save_agent_state('00000000-0000-4000-8000-0000000000b1', '{"step": 1}')
    AND save_agent_state('00000000-0000-4000-8000-0000000000b1', '{"step": 2}'),
    'state is saved, and saved again'
);

SELECT is(
    load_agent_state('00000000-0000-4000-8000-0000000000b1'), '{"step": 2}'::jsonb, 'the last state is found again'
);

SELECT throws_ok(
    $$SELECT get_agent_connection('00000000-0000-4000-8000-0000000000b1')$$, 'P0002', NULL, 'no connection, no string'
);

-- Settings.
INSERT INTO configurations (id, key, value) VALUES ('00000000-0000-4000-8000-0000000000c1', 'tap', '1');

UPDATE configurations
SET
    value = '2',
    is_secret = TRUE
WHERE key = 'tap';

DELETE FROM configurations
WHERE key = 'tap';

SELECT results_eq(
    $$SELECT count(*) FROM configuration_history AS h
    WHERE h.configuration_id = '00000000-0000-4000-8000-0000000000c1'$$,
    ARRAY[3::bigint],
    'a setting leaves its history behind'
);

SELECT is_empty(
    $$SELECT 1 FROM configuration_history AS h
    WHERE
        h.configuration_id = '00000000-0000-4000-8000-0000000000c1'
        AND '"[redacted]"' <> ANY (ARRAY[h.old_value, h.new_value])$$,
    'which tells no secret'
);

-- Messages.
SELECT lives_ok(
    $$INSERT INTO messages (from_agent_id, to_agent_id, message_type, content, created_at)
    SELECT
        '00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000b2', 'tap', '{}', t.moment
    FROM (VALUES (now()), ('1999-12-31'::timestamptz), ('2199-01-01'::timestamptz)) AS t (moment)$$,
    'a message of any date finds its place'
);

SELECT lives_ok($$SELECT create_monthly_partitions('messages')$$, 'months are made');

SELECT is_empty($$SELECT create_monthly_partitions('messages')$$, 'once');

SELECT is_empty(
    $$SELECT 1 FROM messages_default AS m WHERE m.created_at = now()$$,
    'and what waited for them has moved there'
);

SELECT throws_ok(
    $$SELECT drop_old_partitions('agents')$$, '42809', NULL, 'a table that is not divided is not touched'
);

DELETE FROM agents
WHERE name LIKE 'tap%';

SELECT results_eq(
    $$SELECT count(*) FROM messages AS m WHERE m.message_type = 'tap' AND m.from_agent_id IS NULL$$,
    ARRAY[3::bigint],
    'deleted agents leave their messages'
);

-- The trail.
SELECT lives_ok($$INSERT INTO audit_log (event_type, action) VALUES ('tap', 'tried')$$, 'the trail is written');

SELECT throws_ok(
    $$UPDATE audit_log SET action = 'x' WHERE event_type = 'tap'$$, '23001', NULL, 'and not changed'
);

SELECT throws_ok($$DELETE FROM audit_log WHERE event_type = 'tap'$$, '23001', NULL, 'nor shortened');

SELECT throws_ok($$TRUNCATE audit_log$$, '23001', NULL, 'nor emptied');

-- Migrations inside the database. Whatever is there already counts on.
SELECT
    ok(
        execute_migration(coalesce(max(v.version), 0) + 1, 'tap', 'CREATE TABLE tap_made ()', 'DROP TABLE tap_made'),
        'a migration is executed'
    )
FROM schema_versions AS v;

SELECT has_table(current_setting('tap.schema')::name, 'tap_made'::name, 'and did what it says');

SELECT ok(rollback_migration(max(v.version)), 'and is rolled back')
FROM schema_versions AS v;

SELECT hasnt_table(current_setting('tap.schema')::name, 'tap_made'::name, 'and undone');

SELECT set_eq(
    $$SELECT h.check_name FROM database_health_check() AS h$$,
    ARRAY['database_size', 'connection_count', 'replication_lag', 'partition_maintenance'],
    'the health check tells of everything'
);

SELECT finish();

ROLLBACK;
