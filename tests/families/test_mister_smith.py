"""mister_smith on PostgreSQL: what the seed lists is there, and each of its defects is gone.

Every defect is a probe that passes on ours and must fail on the seed as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from mister_smith_helpers import HASH, Conn, Home, acting, column, insert, one, refused
from mister_smith_seed import STATEMENTS
from psycopg import errors
from psycopg.types.json import Jsonb

pytest_plugins = ["mister_smith_fixtures"]

# ------------------------------------------------------------------------------------------------- the seed's inventory

SEED = "\n".join(text for _, text in STATEMENTS)
TABLES = list(re.findall(r"^CREATE TABLE (\w+) \(", SEED, re.M))
INDEXES = re.findall(r"CREATE INDEX (\w+) ON (\w+)", SEED)
FUNCTIONS = re.findall(r"^CREATE OR REPLACE FUNCTION (\w+)\(([^)]*)\)", SEED, re.M)
VIEWS = re.findall(r"^CREATE VIEW (\w+)", SEED, re.M)
# Without those two, an old month can be dropped, and history outlives what it describes.
SOFT = {"fk_messages_parent", "fk_config_history_config"}
CONSTRAINTS = [name for name in re.findall(r"CONSTRAINT (\w+)", SEED) if name not in SOFT]


def test_the_seed_lists_what_the_specification_counts() -> None:
    assert (len(TABLES), len(INDEXES), len(FUNCTIONS), len(VIEWS)) == (23, 41, 10, 3)


@pytest.mark.parametrize("table", TABLES)
def test_table_has_the_columns_of_the_seed(db: Conn, seed: Conn, table: str) -> None:
    query = """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
    """
    ours = {row[0]: row[1:] for row in db.execute(query, [table]).fetchall()}
    for name, *seeds in seed.execute(query, [table]).fetchall():
        if (table, name) == ("users", "salt"):
            # Read out of the hash, of which it is a part.
            assert ours[name][2].startswith("split_part(password_hash")
        elif (table, name) == ("configuration_history", "new_value"):
            assert ours[name] == ("jsonb", False, None), "a deletion has no new value"
        else:
            assert ours[name] == tuple(seeds), name


@pytest.mark.parametrize(("index", "table"), INDEXES)
def test_index_of_the_seed_is_on_its_table(db: Conn, index: str, table: str) -> None:
    assert column(db, "SELECT tablename FROM pg_indexes WHERE indexname = %s", index) == [table]


@pytest.mark.parametrize(("function", "arguments"), FUNCTIONS)
def test_function_of_the_seed_takes_its_arguments_in_its_order(db: Conn, function: str, arguments: str) -> None:
    names = [argument.split()[0] for argument in arguments.split(",") if argument.strip()]
    if function.endswith("sensitive_data") and not column(db, "SELECT 1 FROM pg_extension WHERE extname = 'pgcrypto'"):
        return
    found = one(db, "SELECT coalesce(proargnames, '{}') FROM pg_proc WHERE proname = %s", function)
    assert found[: len(names)] == names


def test_views_are_there(db: Conn, home: Home) -> None:
    found = set(column(db, "SELECT viewname FROM pg_views WHERE schemaname = 'public'"))
    optional = {"slow_queries", "scheduled_jobs"} if home.is_preloaded else set()
    assert found - {"pg_stat_statements", "pg_stat_statements_info"} == (set(VIEWS) - {"slow_queries"}) | optional


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraint_of_the_seed_is_there(db: Conn, name: str) -> None:
    found = db.execute("SELECT 1 FROM pg_constraint WHERE conname = %s AND conparentid = 0", [name]).fetchall()
    assert found


def test_no_index_repeats_another(db: Conn) -> None:
    """The seed has seven that repeat a unique constraint."""
    query = """
        SELECT a.indexrelid::regclass || ' repeats ' || b.indexrelid::regclass
        FROM pg_index AS a INNER JOIN pg_index AS b
            ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid AND a.indkey::text = b.indkey::text
            AND a.indclass = b.indclass AND a.indpred IS NOT DISTINCT FROM b.indpred
            AND a.indexprs IS NOT DISTINCT FROM b.indexprs
        WHERE NOT a.indisunique AND a.indrelid::regclass::text NOT LIKE 'pg_%'
    """
    assert column(db, query) == []


def test_every_foreign_key_has_an_index_and_every_column_one_foreign_key(db: Conn, seed: Conn) -> None:
    bare = """
        SELECT k.conrelid::regclass || '.' || a.attname
        FROM pg_constraint AS k
        INNER JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT EXISTS (
            SELECT 1 FROM pg_index AS i
            WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1]
            AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname))
        ) ORDER BY 1
    """
    twice = """
        SELECT k.conrelid::regclass || '.' || k.conkey::text FROM pg_constraint AS k
        WHERE k.contype = 'f' AND k.conparentid = 0 GROUP BY k.conrelid, k.conkey HAVING count(*) > 1
    """
    assert column(db, bare) == []
    assert len(column(seed, bare)) >= 12
    assert column(db, twice) == []
    assert len(column(seed, twice)) >= 11


# --------------------------------------------------------------------------------------------------- the seed's defects

Probe = Callable[[Conn], None]
NOW = datetime.now(UTC)
DEFECTS: dict[str, Probe] = {}


def defect(probe: Probe) -> Probe:
    DEFECTS[probe.__name__] = probe
    return probe


def when(connection: Conn, table: str, moment: datetime) -> None:
    key = "recorded_at" if table == "metrics" else "created_at"
    insert(connection, table, **{key: moment})


@defect
def messages_fit_today(connection: Conn) -> None:
    when(connection, "messages", NOW)


@defect
def audit_entries_fit_today(connection: Conn) -> None:
    when(connection, "audit_log", NOW)


@defect
def metrics_fit_today(connection: Conn) -> None:
    when(connection, "metrics", NOW)


@defect
def any_date_fits(connection: Conn) -> None:
    for table in ("messages", "audit_log", "metrics"):
        for moment in (
            datetime(1999, 12, 31, tzinfo=UTC),
            datetime(2024, 5, 1, tzinfo=UTC),
            NOW + timedelta(days=36500),
        ):
            when(connection, table, moment)


@defect
def an_id_is_unique_in_a_partitioned_table(connection: Conn) -> None:
    for table, moment in (("messages", "created_at"), ("audit_log", "created_at"), ("metrics", "recorded_at")):
        values = {"id": uuid4(), moment: datetime(2024, 5, 1, tzinfo=UTC)}
        insert(connection, table, **values)
        with refused(connection, errors.UniqueViolation):
            insert(connection, table, **values)


@defect
def a_deleted_agent_leaves_its_messages(connection: Conn) -> None:
    one_, other = insert(connection, "agents"), insert(connection, "agents")
    sent = insert(
        connection, "messages", from_agent_id=one_, to_agent_id=other, created_at=datetime(2024, 5, 1, tzinfo=UTC)
    )
    connection.execute("DELETE FROM agents")
    found = connection.execute("SELECT from_agent_id, to_agent_id FROM messages WHERE id = %s", [sent]).fetchone()
    assert found == (None, None)


@defect
def a_deleted_agent_leaves_its_trail_and_metrics(connection: Conn) -> None:
    agent = insert(connection, "agents")
    for table, key in (("audit_log", "created_at"), ("metrics", "recorded_at")):
        insert(connection, table, agent_id=agent, **{key: datetime(2024, 5, 1, tzinfo=UTC)})
    insert(connection, "errors", agent_id=agent)
    insert(connection, "health_checks", agent_id=agent)
    connection.execute("DELETE FROM agents")
    for table in ("audit_log", "metrics"):
        assert column(connection, f"SELECT agent_id FROM {table}") == [agent], "the trail names who is gone"
    for table in ("errors", "health_checks"):
        assert column(connection, f"SELECT agent_id FROM {table}") == [None]


@defect
def a_deleted_user_leaves_history(connection: Conn) -> None:
    user, agent, role = (insert(connection, table) for table in ("users", "agents", "roles"))
    other = insert(connection, "users")
    insert(connection, "audit_log", user_id=user, created_at=datetime(2024, 5, 1, tzinfo=UTC))
    insert(connection, "errors", resolved_by=user, is_resolved=True, resolved_at=NOW + timedelta(days=1))
    insert(connection, "user_roles", user_id=other, role_id=role, granted_by=user)
    insert(connection, "agent_permissions", agent_id=agent, granted_by=user)
    insert(connection, "configurations", created_by=user)
    insert(connection, "feature_flags", created_by=user)
    connection.execute("DELETE FROM users WHERE id = %s", [user])
    for table in ("audit_log", "errors", "user_roles", "agent_permissions", "configurations", "feature_flags"):
        assert one(connection, f"SELECT count(*) FROM {table}") == 1, table
    assert column(connection, "SELECT user_id FROM audit_log") == [user]


@defect
def a_setting_of_the_system_exists_once(connection: Conn) -> None:
    insert(connection, "configurations", key="k")
    with refused(connection, errors.UniqueViolation):
        insert(connection, "configurations", key="k")


@defect
def a_permission_on_everything_is_given_once(connection: Conn) -> None:
    agent = insert(connection, "agents")
    insert(connection, "agent_permissions", agent_id=agent)
    with refused(connection, errors.UniqueViolation):
        insert(connection, "agent_permissions", agent_id=agent)


@defect
def changes_of_settings_leave_history(connection: Conn) -> None:
    setting = insert(connection, "configurations", value={"a": 1})
    connection.execute("UPDATE configurations SET value = '{\"a\": 2}'")
    connection.execute("DELETE FROM configurations")
    found = connection.execute("SELECT configuration_id, old_value, new_value FROM configuration_history").fetchall()
    assert sorted(found, key=str) == sorted(
        [(setting, None, {"a": 1}), (setting, {"a": 1}, {"a": 2}), (setting, {"a": 2}, None)], key=str
    )


@defect
def history_outlives_the_agent(connection: Conn) -> None:
    agent = insert(connection, "agents")
    insert(connection, "configurations", agent_id=agent)
    connection.execute("DELETE FROM agents")
    assert one(connection, "SELECT count(*) FROM configuration_history") == 2


@defect
def secrets_are_not_in_the_history(connection: Conn) -> None:
    insert(connection, "configurations", value={"word": "first"})
    connection.execute('UPDATE configurations SET value = \'{"word": "second"}\'')
    connection.execute('UPDATE configurations SET is_secret = true, value = \'{"word": "third"}\'')
    connection.execute('UPDATE configurations SET value = \'{"word": "fourth"}\'')
    connection.execute('UPDATE configurations SET is_secret = false, value = \'{"word": "open"}\'')
    insert(connection, "configurations", value={"word": "fifth"}, is_encrypted=True)
    connection.execute("DELETE FROM configurations")
    text = str(connection.execute("SELECT old_value, new_value FROM configuration_history").fetchall())
    assert "redacted" in text
    assert not re.search("first|second|third|fourth|fifth", text)


@defect
def updated_at_tells_the_last_change(connection: Conn) -> None:
    before = NOW - timedelta(days=9)
    tables = ["agents", "transport_channels", "message_queues", "users", "roles", "configurations", "feature_flags"]
    for table in tables:
        row = insert(connection, table, created_at=before, updated_at=before)
        connection.execute(f"UPDATE {table} SET updated_at = updated_at WHERE id = %s", [row])
        assert one(connection, f"SELECT updated_at > created_at FROM {table} WHERE id = %s", row), table


@defect
def agents_do_not_wait_for_each_other(connection: Conn) -> None:
    a, b, c = (insert(connection, "agents") for _ in range(3))
    insert(connection, "agent_dependencies", agent_id=a, depends_on_agent_id=b)
    last = insert(connection, "agent_dependencies", agent_id=b, depends_on_agent_id=c)
    with refused(connection, errors.CheckViolation, "depends on it"):
        insert(connection, "agent_dependencies", agent_id=c, depends_on_agent_id=a)
    with refused(connection, errors.CheckViolation):
        connection.execute("UPDATE agent_dependencies SET depends_on_agent_id = %s WHERE id = %s", [a, last])
    connection.execute(
        "UPDATE agent_dependencies SET agent_id = %s, depends_on_agent_id = %s WHERE id = %s", [a, c, last]
    )


@defect
def impossible_numbers_are_refused(connection: Conn) -> None:
    agent = insert(connection, "agents")
    impossible: list[tuple[str, dict[str, Any]]] = [
        ("message_queues", {"max_size": -1}),
        ("message_queues", {"current_size": -1}),
        ("message_queues", {"max_size": 1, "current_size": 2}),
        ("agent_connections", {"agent_id": agent, "port": 70000}),
        ("agent_connections", {"agent_id": agent, "port": 0}),
        ("agent_connections", {"agent_id": agent, "connection_pool_size": 0}),
        ("agent_connections", {"agent_id": agent, "max_connections": 1}),
        ("agent_instances", {"agent_id": agent, "error_count": -1}),
        ("users", {"failed_login_attempts": -1}),
        ("health_checks", {"response_time_ms": -1}),
        ("messages", {"retry_count": -1, "created_at": datetime(2024, 5, 1, tzinfo=UTC)}),
    ]
    for table, values in impossible:
        with refused(connection, errors.CheckViolation):
            insert(connection, table, **values)


@defect
def alice_and_alice_are_one_user(connection: Conn) -> None:
    insert(connection, "users", username="Alice", email="alice@example.org", **salted(connection))
    with refused(connection, errors.UniqueViolation):
        insert(connection, "users", username="alice", **salted(connection))
    with refused(connection, errors.UniqueViolation):
        insert(connection, "users", username="bob", email="ALICE@example.org", **salted(connection))


def salted(connection: Conn) -> dict[str, str]:
    """The seed wants a salt of its own."""
    return {"salt": "s"} if connection.info.dbname == "seed" else {}


@defect
def passwords_and_tokens_are_stored_as_hashes(connection: Conn) -> None:
    for word in ("secret", "", "$argon2id$v=19$secret", "5f4dcc3b5aa765d61d8327deb882cf99"):
        with refused(connection, errors.CheckViolation):
            insert(connection, "users", password_hash=word, **salted(connection))
    user = insert(connection, "users", password_hash=HASH, **salted(connection))
    expires = NOW + timedelta(days=1)
    with refused(connection, errors.CheckViolation):
        insert(connection, "user_sessions", user_id=user, session_token="token", expires_at=expires)
    with refused(connection, errors.CheckViolation):
        insert(connection, "api_keys", user_id=user, key_hash="key")
    insert(connection, "user_sessions", user_id=user, expires_at=expires)


@defect
def saved_state_is_found_again(connection: Conn) -> None:
    agent = insert(connection, "agents")
    assert one(connection, "SELECT load_agent_state(%s)", agent) == {}
    for state in ({"step": 1}, {"step": 2}):
        assert one(connection, "SELECT save_agent_state(%s, %s)", agent, Jsonb(state)) is True
        assert one(connection, "SELECT load_agent_state(%s)", agent) == state
    connection.execute("UPDATE agent_sessions SET expires_at = now() - interval '1 day'")
    assert one(connection, "SELECT load_agent_state(%s)", agent) == {}
    assert one(connection, "SELECT save_agent_state(%s, %s)", agent, Jsonb({"step": 3})) is True
    assert one(connection, "SELECT load_agent_state(%s)", agent) == {"step": 3}
    with refused(connection, errors.ForeignKeyViolation):
        one(connection, "SELECT save_agent_state(%s, '{}')", uuid4())


@defect
def connections_of_an_agent_take_turns(connection: Conn) -> None:
    agent = insert(connection, "agents")
    for number, host in enumerate(("db1", "db2", "[::1]")):
        moment = NOW - timedelta(days=9 - number)
        insert(connection, "agent_connections", agent_id=agent, connection_id=host, host=host, last_used_at=moment)
    found = [one(connection, "SELECT connection_string FROM get_agent_connection(%s)", agent) for _ in range(3)]
    assert sorted(found) == ["postgresql://[::1]:5432/app", "postgresql://db1:5432/app", "postgresql://db2:5432/app"]
    for host, name in (("db1/other?sslmode=disable#", "app"), ("user:word@db1", "app"), ("db1", "app?host=evil")):
        with refused(connection, errors.CheckViolation):
            insert(connection, "agent_connections", agent_id=agent, host=host, database_name=name)
    with refused(connection, errors.NoDataFound, "No active connection"):
        connection.execute("SELECT get_agent_connection(%s)", [uuid4()])


@defect
def functions_keep_their_path_and_are_not_everybodys(connection: Conn) -> None:
    query = """
        SELECT p.proname FROM pg_proc AS p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.proname NOT LIKE '\\_%'
        AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
        AND (
            has_function_privilege('public', p.oid, 'EXECUTE')
            OR p.prosqlbody IS NULL AND array_to_string(p.proconfig, ' ') NOT LIKE '%search\\_path=%, pg\\_temp%'
            OR p.prosqlbody IS NULL AND p.proconfig IS NULL
        )
    """
    assert column(connection, query) == []


@defect
def the_health_check_answers(connection: Conn) -> None:
    found = connection.execute("SELECT check_name, status FROM database_health_check()").fetchall()
    assert {name for name, _ in found} == {
        "database_size",
        "connection_count",
        "replication_lag",
        "partition_maintenance",
    }


@defect
def table_sizes_takes_any_name_and_adds_partitions_up(connection: Conn) -> None:
    connection.execute('CREATE TABLE "Any ""name" ()')
    insert(connection, "messages", created_at=datetime(2024, 5, 1, tzinfo=UTC))
    sizes = dict(connection.execute("SELECT tablename, size_bytes FROM table_sizes").fetchall())
    assert 'Any "name' in sizes
    assert sizes["messages"] == one(
        connection, "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('messages')"
    )


@defect
def index_usage_answers(connection: Conn) -> None:
    found = connection.execute("SELECT * FROM index_usage WHERE indexname = 'idx_agents_name'")
    assert [entry.name for entry in found.description or ()] == [
        "schemaname",
        "tablename",
        "indexname",
        "idx_tup_read",
        "idx_tup_fetch",
        "idx_scan",
        "index_size",
    ]
    assert len(found.fetchall()) == 1


@defect
def the_first_migration_runs(connection: Conn) -> None:
    assert one(connection, "SELECT execute_migration(1, 'first', 'CREATE TABLE made ()', 'DROP TABLE made')") is True
    assert one(connection, "SELECT to_regclass('made') IS NOT NULL")


@defect
def a_rollback_keeps_the_versions(connection: Conn) -> None:
    connection.execute("DELETE FROM schema_versions")
    connection.execute(
        "SELECT execute_migration(1, 'first', 'SELECT 1', 'DROP TABLE IF EXISTS schema_versions CASCADE')"
    )
    with refused(connection, errors.ObjectNotInPrerequisiteState, "drops schema_versions"):
        connection.execute("SELECT rollback_migration(1)")
    assert column(connection, "SELECT version FROM schema_versions") == [1]


@defect
def an_edited_migration_is_refused(connection: Conn) -> None:
    connection.execute("DELETE FROM schema_versions")
    assert one(connection, "SELECT execute_migration(1, 'first', 'SELECT 1')") is True
    assert one(connection, "SELECT execute_migration(1, 'first', 'SELECT 1')") is False
    with refused(connection, errors.ObjectNotInPrerequisiteState, "other SQL"):
        connection.execute("SELECT execute_migration(1, 'first', 'SELECT 2')")


@defect
def migrations_follow_each_other(connection: Conn) -> None:
    connection.execute("DELETE FROM schema_versions")
    with refused(connection, errors.ObjectNotInPrerequisiteState, "the next one is 1"):
        connection.execute("SELECT execute_migration(2, 'second', 'SELECT 2')")
    for number in (1, 2):
        connection.execute("SELECT execute_migration(%s, 'some', 'SELECT 1', 'SELECT 1')", [number])
    with refused(connection, errors.ObjectNotInPrerequisiteState, "roll back 2 first"):
        connection.execute("SELECT rollback_migration(1)")
    assert one(connection, "SELECT rollback_migration(2)") is True
    assert one(connection, "SELECT rollback_migration(1)") is True


@defect
def a_session_that_names_nobody_sees_nothing(connection: Conn) -> None:
    insert(connection, "users", **salted(connection))
    insert(connection, "configurations", agent_id=insert(connection, "agents"))
    connection.execute("GRANT SELECT ON users TO application_user")
    with acting(connection, "application_user"):
        assert one(connection, "SELECT count(*) FROM users") == 0
    with acting(connection, "agent_user"):
        assert one(connection, "SELECT count(*) FROM configurations") == 0


@defect
def a_user_cannot_unlock_himself(connection: Conn) -> None:
    user = insert(connection, "users", is_locked=True, **salted(connection))
    if connection.info.dbname == "seed":
        # The seed grants nothing; this is the least with which its policy FOR ALL works.
        connection.execute("GRANT SELECT, UPDATE ON users TO application_user")
    with acting(connection, "application_user", user=user):
        connection.execute("UPDATE users SET email = 'me@example.org'")
        with refused(connection, errors.InsufficientPrivilege):
            connection.execute("UPDATE users SET is_locked = false, failed_login_attempts = 0")


@defect
def the_audit_trail_refuses_changes(connection: Conn) -> None:
    insert(connection, "audit_log", created_at=datetime(2024, 5, 1, tzinfo=UTC))
    for statement in ("UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"):
        with refused(connection, errors.RestrictViolation):
            connection.execute(statement)


@defect
def row_level_security_is_on_where_policies_are(connection: Conn) -> None:
    query = """
        SELECT c.relname FROM pg_class AS c
        WHERE EXISTS (SELECT 1 FROM pg_policy AS p WHERE p.polrelid = c.oid) <> c.relrowsecurity
        AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
    """
    assert column(connection, query) == []


@defect
def somebody_may_do_something(connection: Conn) -> None:
    granted = one(connection, "SELECT count(*) FROM pg_class WHERE relacl::text ~ 'agent_user|application_user'")
    assert granted > 10


@defect
def months_are_made_from_the_current_one(connection: Conn) -> None:
    connection.execute("SELECT create_monthly_partitions('messages')")
    where = one(
        connection, "INSERT INTO messages (message_type, content) VALUES ('t', '{}') RETURNING tableoid::regclass::text"
    )
    assert where == NOW.strftime("messages_%Y_%m")


@defect
def months_are_utc_in_any_zone(connection: Conn) -> None:
    connection.execute("SET LOCAL timezone = 'Pacific/Auckland'")
    connection.execute("SELECT create_monthly_partitions('metrics')")
    connection.execute("SET LOCAL timezone = 'UTC'")
    bounds = column(
        connection,
        "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname ~ '^metrics_\\d{4}_\\d{2}$'",
    )
    assert bounds
    for bound in bounds:
        assert re.fullmatch(r"FOR VALUES FROM \('\S+-01 00:00:00\+00'\) TO \('\S+-01 00:00:00\+00'\)", bound), bound


@defect
def a_table_that_is_merely_named_alike_is_no_partition(connection: Conn) -> None:
    name = f"messages_{(NOW.replace(day=15) + timedelta(days=30)):%Y_%m}"
    connection.execute(f"CREATE TABLE {name} ()")
    with refused(connection, errors.DuplicateTable, "is not a partition"):
        connection.execute("SELECT create_monthly_partitions('messages')")


@defect
def retention_leaves_a_table_that_is_merely_named_alike(connection: Conn) -> None:
    connection.execute("CREATE TABLE messages_2020_01 ()")
    if connection.info.dbname == "seed":
        connection.execute("SELECT drop_old_partitions('messages')")
    else:
        connection.execute("SELECT drop_old_partitions('messages', dry_run => false)")
    assert one(connection, "SELECT to_regclass('messages_2020_01') IS NOT NULL")


@defect
def retention_knows_partitions_of_any_name(connection: Conn) -> None:
    if connection.info.dbname == "seed":
        connection.execute("SELECT drop_old_partitions('messages')")
        assert one(connection, "SELECT count(*) FROM pg_class WHERE relname LIKE 'messages_2024_q_'") == 0
        return
    connection.execute(
        "CREATE TABLE messages_2024_q1 PARTITION OF messages FOR VALUES FROM ('2024-01-01') TO ('2024-04-01')"
    )
    insert(connection, "messages")
    connection.execute("SELECT create_monthly_partitions('messages')")
    connection.execute("SELECT drop_old_partitions('messages', dry_run => false)")
    assert one(connection, "SELECT to_regclass('messages_2024_q1') IS NULL")


@pytest.mark.parametrize("name", DEFECTS)
def test_defect_of_the_seed_is_gone(name: str, db: Conn) -> None:
    DEFECTS[name](db)


@pytest.mark.parametrize("name", DEFECTS)
def test_defect_is_in_the_seed(name: str, seed: Conn) -> None:
    with pytest.raises((AssertionError, psycopg.Error, pytest.fail.Exception)):
        DEFECTS[name](seed)


# ------------------------------------------------------------------------------------------------------ what else holds


def test_a_parent_is_named_whole_or_not_at_all(db: Conn) -> None:
    first = insert(db, "messages")
    insert(db, "messages", parent_message_id=first, parent_created_at=NOW)
    with refused(db, errors.CheckViolation, "messages_parent_check"):
        insert(db, "messages", parent_message_id=first)


def test_the_seeds_time_checks_hold(db: Conn) -> None:
    user, agent = insert(db, "users"), insert(db, "agents")
    early = NOW - timedelta(days=1)
    for table, values, name in (
        ("user_sessions", {"user_id": user, "expires_at": early}, "chk_session_expires_future"),
        ("api_keys", {"user_id": user, "expires_at": early}, "chk_api_key_expires_future"),
        ("api_keys", {"user_id": user, "agent_id": agent}, "api_key_owner"),
        ("agent_instances", {"agent_id": agent, "last_heartbeat": early}, "chk_heartbeat_after_start"),
        ("messages", {"sent_at": early}, "chk_sent_after_created"),
        ("messages", {"sent_at": NOW + timedelta(2), "delivered_at": NOW + timedelta(1)}, "chk_delivered_after_sent"),
        (
            "messages",
            {"delivered_at": NOW + timedelta(2), "processed_at": NOW + timedelta(1)},
            "chk_processed_after_delivered",
        ),
        ("messages", {"from_agent_id": agent, "to_agent_id": agent}, "chk_message_agents_different"),
        ("agent_dependencies", {"agent_id": agent, "depends_on_agent_id": agent}, "chk_no_self_dependency"),
    ):
        with refused(db, errors.CheckViolation, name):
            insert(db, table, **values)


def test_the_salt_is_read_out_of_the_hash(db: Conn) -> None:
    user = insert(db, "users", password_hash=HASH)
    assert one(db, "SELECT salt FROM users WHERE id = %s", user) == HASH.split("$")[-2]
    for phc in (
        "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
        "$pbkdf2-sha256$i=600000$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD",
    ):
        insert(db, "users", password_hash=phc)


def test_the_history_says_who_and_why(db: Conn) -> None:
    user = uuid4()
    db.execute("SELECT set_config('app.current_user_id', %s, true)", [str(user)])
    db.execute("SELECT set_config('app.change_reason', 'a new ceiling', true)")
    insert(db, "configurations", key="limit", environment="staging")
    assert db.execute(
        "SELECT changed_by, change_reason, configuration_key, environment FROM configuration_history"
    ).fetchall() == [(user, "a new ceiling", "limit", "staging")]


def test_claude_cli_columns_and_index_are_there(db: Conn) -> None:
    agent = insert(db, "agents", claude_cli_config={"model": "opus"})
    assert column(db, """SELECT id FROM agents WHERE claude_cli_config @> '{"model": "opus"}'""") == [agent]
    insert(db, "messages", claude_cli_context={"turn": 1})


@pytest.mark.parametrize("home", ["installed"], indirect=True)
def test_every_function_is_clean_to_plpgsql_check(db: Conn) -> None:
    """The embedded server cannot have plpgsql_check; the installed one must (postgresql-15-plpgsql-check)."""
    db.execute("CREATE EXTENSION plpgsql_check")
    query = """
        SELECT p.proname || ': ' || c
        FROM pg_proc AS p
        INNER JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
        LEFT JOIN pg_trigger AS t ON t.tgfoid = p.oid AND t.tgparentid = 0
        CROSS JOIN LATERAL plpgsql_check_function(p.oid, coalesce(t.tgrelid, 0), extra_warnings => true) AS c
        WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
    """
    # SQL that is known only when the function runs cannot be looked into.
    assert [line for line in column(db, query) if "cannot determinate a result" not in line] == []
