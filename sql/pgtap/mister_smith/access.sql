-- Access: people and agents see what is theirs, and nobody else does.
-- seed: 004 Security Considerations, Row-Level Security

-- With the database's own tools, in a database where every step is applied:
--     pg_prove -d mister_smith sql/pgtap/mister_smith/*.sql
-- or  psql -X -q -d mister_smith -f sql/pgtap/mister_smith/access.sql
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

SELECT plan(21);

INSERT INTO users (id, username, password_hash)
SELECT
    u.id,
    u.username,
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g' AS password_hash
FROM (
    VALUES
    ('00000000-0000-4000-8000-0000000000a1'::uuid, 'tap alice'),
    ('00000000-0000-4000-8000-0000000000a2'::uuid, 'tap bob')
) AS u (id, username);

INSERT INTO agents (id, name, agent_type)
VALUES
('00000000-0000-4000-8000-0000000000b1', 'tap ant', 'engineer'),
('00000000-0000-4000-8000-0000000000b2', 'tap bee', 'engineer');

INSERT INTO messages (from_agent_id, to_agent_id, message_type, content)
VALUES
('00000000-0000-4000-8000-0000000000b1', '00000000-0000-4000-8000-0000000000b2', 'tap', '{}'),
('00000000-0000-4000-8000-0000000000b2', NULL, 'tap', '{}');

-- Row level security is on, and the owner is held to it.
SELECT is_empty(
    $$SELECT c.relname
    FROM pg_class AS c
    INNER JOIN pg_policy AS p ON c.oid = p.polrelid
    WHERE
        c.relnamespace = to_regnamespace(quote_ident(current_setting('tap.schema')))
        AND NOT c.relrowsecurity$$,
    'every table with a policy heeds it'
);

SELECT is_empty(
    $$SELECT p.oid::regprocedure
    FROM pg_proc AS p
    WHERE
        p.pronamespace = to_regnamespace(quote_ident(current_setting('tap.schema')))
        AND p.proname NOT LIKE '\_%'
        AND has_function_privilege('public', p.oid, 'EXECUTE')$$,
    'nobody else may call anything'
);

SELECT policies_are(
    current_setting('tap.schema')::name, 'users'::name, ARRAY['user_isolation', 'users_admin']::name[]
);

SELECT policy_cmd_is(current_setting('tap.schema')::name, 'users'::name, 'user_isolation'::name, 'ALL'::text);

SELECT policies_are(
    current_setting('tap.schema')::name,
    'configurations'::name,
    ARRAY['agent_config_isolation', 'configurations_admin', 'configurations_shared']::name[]
);

-- Roles that act need pgTAP.
GRANT USAGE ON SCHEMA pgtap_of_this_test TO application_user, agent_user;

GRANT ALL ON ALL TABLES IN SCHEMA pgtap_of_this_test TO application_user, agent_user;

DO $$
BEGIN
    -- Where pgTAP keeps its counts.
    EXECUTE (
        SELECT coalesce(string_agg(format('GRANT ALL ON %s TO application_user, agent_user', c.oid::regclass), '; '), '')
        FROM pg_class AS c
        WHERE c.relnamespace = pg_my_temp_schema() AND c.relkind IN ('r', 'S')
    );
END;
$$;

DO $$
BEGIN
    PERFORM set_config('app.current_user_id', '00000000-0000-4000-8000-0000000000a1', TRUE);
END;
$$;

DO $$
BEGIN
    PERFORM set_config('app.current_agent_id', '00000000-0000-4000-8000-0000000000b1', TRUE);
END;
$$;

SET LOCAL ROLE application_user;

SELECT results_eq($$SELECT u.username FROM users AS u$$, ARRAY['tap alice'], 'a user sees himself');

SELECT lives_ok($$UPDATE users SET email = 'tap@example.org'$$, 'and changes his address');

SELECT throws_ok($$UPDATE users SET is_locked = FALSE$$, '42501', NULL, 'and not whether he is locked');

SELECT throws_ok($$SELECT 1 FROM messages$$, '42501', NULL, 'and no messages of agents');

SELECT throws_ok(
    $$INSERT INTO audit_log (user_id, event_type, action)
    VALUES ('00000000-0000-4000-8000-0000000000a2', 'tap', 'forged')$$,
    '42501', NULL, 'and leaves no trail in the name of another'
);

SELECT throws_ok($$DELETE FROM audit_log$$, '42501', NULL, 'nor takes one away');

SET LOCAL ROLE agent_user;

SELECT is_empty(
    $$SELECT 1 FROM messages AS m WHERE current_agent_id() NOT IN (m.from_agent_id, m.to_agent_id)$$,
    'an agent sees its messages'
);

SELECT throws_ok(
    $$INSERT INTO messages (from_agent_id, message_type, content)
    VALUES ('00000000-0000-4000-8000-0000000000b2', 'tap', '{}')$$,
    '42501', NULL, 'and sends none in the name of another'
);

SELECT throws_ok(
    $$INSERT INTO messages (from_agent_id, message_type, content, created_at)
    VALUES ('00000000-0000-4000-8000-0000000000b1', 'tap', '{}', '2020-01-01')$$,
    '42501', NULL, 'nor at another time'
);

SELECT lives_ok(
    $$INSERT INTO messages (from_agent_id, message_type, content)
    VALUES ('00000000-0000-4000-8000-0000000000b1', 'tap', '{}')$$,
    'but in its own, and now'
);

SELECT throws_ok($$SELECT 1 FROM messages_default$$, '42501', NULL, 'nor reads a partition past the policies');

SELECT throws_ok($$SELECT 1 FROM users$$, '42501', NULL, 'nor anything of people');

SELECT throws_ok(
    $$SELECT execute_migration(1, 'tap', 'SELECT 1')$$, '42501', NULL, 'nor migrates the schema'
);

DO $$
BEGIN
    PERFORM set_config('app.current_agent_id', '', TRUE);
END;
$$;

SELECT is_empty($$SELECT 1 FROM messages$$, 'a session that names no agent sees nothing');

SELECT is_empty($$SELECT 1 FROM configurations$$, 'at all');

SELECT is(current_agent_id(), NULL::uuid, 'and is nobody');

RESET ROLE;

SELECT finish();

ROLLBACK;
