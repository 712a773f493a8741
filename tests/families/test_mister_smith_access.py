"""mister_smith's roles: people, agents and administrators each see and do what is theirs, however they go about it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from conftest import ROOT, call
from mister_smith_helpers import Conn, Home, acting, column, insert, one, refused
from psycopg import errors, sql
from servers import violations

pytest_plugins = ["mister_smith_fixtures"]

installed = pytest.mark.parametrize("home", ["installed"], indirect=True)
FORBIDDEN = errors.InsufficientPrivilege
PEOPLE, AGENTS, ADMIN, BACKUP = "application_user", "agent_user", "mister_smith_admin", "mister_smith_backup"


@dataclass(frozen=True, slots=True)
class Cast:
    """Two users, two agents, and something that belongs to each of them."""

    alice: UUID
    bob: UUID
    ant: UUID
    bee: UUID


@pytest.fixture
def cast(db: Conn) -> Cast:
    return write_cast(db)


def write_cast(db: Conn) -> Cast:
    alice, bob = (insert(db, "users", username=name) for name in ("alice", "bob"))
    ant, bee = (insert(db, "agents", name=name) for name in ("ant", "bee"))
    role = insert(db, "roles")
    for user in (alice, bob):
        insert(db, "user_roles", user_id=user, role_id=role)
        db.execute(
            "INSERT INTO user_sessions (user_id, session_token, expires_at)"
            " VALUES (%s, encode(sha256(%s::text::bytea), 'hex'), now() + interval '1 day')",
            [user, user],
        )
        insert(db, "api_keys", user_id=user)
        insert(db, "audit_log", user_id=user)
    for agent in (ant, bee):
        for table in (
            *("agent_instances", "agent_connections", "agent_permissions", "api_keys", "configurations"),
            *("audit_log", "metrics", "errors", "health_checks"),
        ):
            insert(db, table, agent_id=agent)
        db.execute("SELECT save_agent_state(%s, '{}')", [agent])
    insert(db, "configurations", key="open")
    insert(db, "configurations", key="closed", is_secret=True)
    insert(db, "messages", from_agent_id=ant, to_agent_id=bee)
    insert(db, "messages", from_agent_id=bee, to_agent_id=ant)
    insert(db, "messages", from_agent_id=bee)
    return Cast(alice, bob, ant, bee)


def counts(db: Conn, *tables: str) -> dict[str, int]:
    return {table: one(db, f"SELECT count(*) FROM {table}") for table in tables}


def test_people_see_themselves_and_what_agents_report(db: Conn, cast: Cast) -> None:
    with acting(db, PEOPLE, user=cast.alice):
        assert column(db, "SELECT id FROM users") == [cast.alice]
        for table in ("user_roles", "user_sessions", "api_keys"):
            assert column(db, f"SELECT user_id FROM {table}") == [cast.alice]
        assert column(db, "SELECT key FROM configurations") == ["open"]
        assert counts(db, "agents", "agent_instances", "metrics", "errors", "health_checks", "audit_log") == {
            "agents": 2,
            "agent_instances": 2,
            "metrics": 2,
            "errors": 2,
            "health_checks": 2,
            "audit_log": 4,
        }
        for table in ("messages", "agent_sessions", "agent_permissions", "agent_connections", "configuration_history"):
            with refused(db, FORBIDDEN):
                db.execute(f"SELECT 1 FROM {table}")


def test_agents_see_what_is_theirs(db: Conn, cast: Cast) -> None:
    own = "agent_connections agent_permissions api_keys agent_sessions configurations metrics errors health_checks"
    with acting(db, AGENTS, agent=cast.ant):
        for table in [*own.split(), "configuration_history"]:
            assert set(column(db, f"SELECT agent_id FROM {table}")) == {cast.ant}, table
        assert counts(db, "messages", "agents", "agent_instances") == {"messages": 2, "agents": 2, "agent_instances": 2}
        for table in ("users", "user_roles", "user_sessions", "roles", "audit_log", "schema_versions"):
            with refused(db, FORBIDDEN):
                db.execute(f"SELECT 1 FROM {table}")


@pytest.mark.parametrize("role", [PEOPLE, AGENTS])
def test_a_session_that_names_nobody_sees_nobody(db: Conn, cast: Cast, role: str) -> None:
    tables = {
        PEOPLE: ["users", "user_roles", "user_sessions", "api_keys"],
        AGENTS: ["agent_connections", "agent_permissions", "api_keys", "agent_sessions", "configurations", "messages"],
    }
    with acting(db, role):
        for table in tables[role]:
            assert one(db, f"SELECT count(*) FROM {table}") == 0, table
    # Never set at all, and set for a transaction that has ended, which leaves ''.
    for prepare in ("RESET app.current_user_id", "SET LOCAL app.current_user_id = ''"):
        db.execute(prepare)
        assert one(db, "SELECT current_user_id()") is None
    # A word that is no uuid is an error: better than an empty answer that looks right.
    with acting(db, role), refused(db, errors.InvalidTextRepresentation):
        db.execute(
            "SELECT set_config('app.current_user_id', 'alice', true), set_config('app.current_agent_id', 'a', true)"
        )
        for table in tables[role]:
            db.execute(f"SELECT count(*) FROM {table}")


def test_nobody_speaks_in_the_name_of_another(db: Conn, cast: Cast) -> None:
    with acting(db, AGENTS, agent=cast.ant):
        forged = {
            "messages": "(from_agent_id, message_type, content) VALUES (%(bee)s, 't', '{}')",
            "audit_log": "(agent_id, event_type, action) VALUES (%(bee)s, 't', 'a')",
            "metrics": "(agent_id, metric_name, metric_value, metric_type) VALUES (%(bee)s, 'm', 1, 'gauge')",
            "errors": "(agent_id, error_type, message, severity) VALUES (%(bee)s, 'e', 'm', 'low')",
            "health_checks": "(agent_id, check_name, status) VALUES (%(bee)s, 'c', 'healthy')",
            "configurations": "(agent_id, key, value) VALUES (%(bee)s, 'k', '1')",
            "agent_sessions": "(agent_id, is_active) VALUES (%(bee)s, false)",
            "agent_instances": "(agent_id, host_name) VALUES (%(bee)s, 'h')",
        }
        for table, rest in forged.items():
            for who, error in ((cast.bee, FORBIDDEN), (None, (FORBIDDEN, errors.NotNullViolation))):
                with refused(db, error, "row-level security|null value"):  # type: ignore[arg-type]
                    db.execute(f"INSERT INTO {table} {rest}", {"bee": who})
            if table != "agent_sessions":
                db.execute(f"INSERT INTO {table} {rest}", {"bee": cast.ant})
        with refused(db, FORBIDDEN):
            db.execute(
                "INSERT INTO audit_log (agent_id, user_id, event_type, action) VALUES (%s, %s, 't', 'a')",
                [cast.ant, cast.alice],
            )
        with refused(db, FORBIDDEN):
            db.execute("SELECT save_agent_state(%s, '{}')", [cast.bee])
        with refused(db, errors.NoDataFound):
            db.execute("SELECT get_agent_connection(%s)", [cast.bee])
        assert one(db, "SELECT load_agent_state(%s)", cast.bee) == {}
    with acting(db, PEOPLE, user=cast.alice):
        db.execute("INSERT INTO audit_log (user_id, event_type, action) VALUES (%s, 't', 'a')", [cast.alice])
        with refused(db, FORBIDDEN, "row-level security"):
            db.execute("INSERT INTO audit_log (user_id, event_type, action) VALUES (%s, 't', 'a')", [cast.bob])


def test_nobody_forges_an_id_or_a_time(db: Conn, cast: Cast) -> None:
    with acting(db, AGENTS, agent=cast.ant):
        for table, columns, values in (
            ("messages", "from_agent_id, message_type, content", "%(ant)s, 't', '{}'"),
            ("audit_log", "agent_id, event_type, action", "%(ant)s, 't', 'a'"),
            ("errors", "agent_id, error_type, message, severity", "%(ant)s, 'e', 'm', 'low'"),
        ):
            for extra, value in (("created_at", "'2020-01-01'"), ("id", "gen_random_uuid()")):
                with refused(db, FORBIDDEN, "permission denied"):
                    db.execute(
                        f"INSERT INTO {table} ({columns}, {extra}) VALUES ({values}, {value})", {"ant": cast.ant}
                    )


def test_an_agent_handles_its_inbox_and_no_more(db: Conn, cast: Cast) -> None:
    with acting(db, AGENTS, agent=cast.ant):
        handled = db.execute("UPDATE messages SET status = 'processed', processed_at = now() RETURNING to_agent_id")
        assert handled.fetchall() == [(cast.ant,)]
        for change in ("to_agent_id = NULL", "content = '{}'", "from_agent_id = NULL", "created_at = now()"):
            with refused(db, FORBIDDEN, "permission denied"):
                db.execute(f"UPDATE messages SET {change}")
        with refused(db, FORBIDDEN, "permission denied"):
            db.execute("DELETE FROM messages")
        assert db.execute("UPDATE agent_instances SET last_heartbeat = now()").rowcount == 1
        assert db.execute("DELETE FROM configurations").rowcount == 1


def test_a_user_changes_himself_and_not_his_standing(db: Conn, cast: Cast) -> None:
    with acting(db, PEOPLE, user=cast.alice):
        assert db.execute("UPDATE users SET email = 'a@example.org'").rowcount == 1
        assert db.execute("UPDATE user_sessions SET is_active = false").rowcount == 1
        for change in ("is_locked = false", "failed_login_attempts = 0", "is_active = true", "username = 'root'"):
            with refused(db, FORBIDDEN, "permission denied"):
                db.execute(f"UPDATE users SET {change}")
        for statement in (
            "DELETE FROM users",
            "INSERT INTO user_roles (user_id, role_id) SELECT current_user_id(), id FROM roles",
            "UPDATE user_sessions SET expires_at = 'infinity'",
            "UPDATE configurations SET value = '1'",
        ):
            with refused(db, FORBIDDEN, "permission denied"):
                db.execute(statement)


def test_administrators_see_everything_and_write_no_history(db: Conn, cast: Cast) -> None:
    with acting(db, ADMIN):
        assert counts(db, "users", "messages", "configurations", "audit_log", "agent_sessions") == {
            "users": 2,
            "messages": 3,
            "configurations": 4,
            "audit_log": 4,
            "agent_sessions": 2,
        }
        db.execute("UPDATE users SET is_locked = true")
        db.execute("INSERT INTO audit_log (event_type, action) VALUES ('t', 'a')")
        db.execute("SELECT * FROM table_sizes, index_usage, database_health_check()")
        for statement in (
            "UPDATE audit_log SET action = 'x'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
            "DELETE FROM configuration_history",
            "INSERT INTO configuration_history (configuration_id, new_value) VALUES (gen_random_uuid(), '1')",
            "SELECT execute_migration(1, 'd', 'SELECT 1')",
            "SELECT create_monthly_partitions('messages')",
            "SELECT drop_old_partitions('messages')",
            "CREATE TABLE of_my_own ()",
        ):
            with refused(db, FORBIDDEN, "permission denied"):
                db.execute(statement)


@pytest.mark.parametrize("role", [PEOPLE, AGENTS, ADMIN])
def test_no_partition_is_open_to_who_addresses_it(db: Conn, cast: Cast, role: str) -> None:
    db.execute("SELECT create_monthly_partitions(table_name) FROM partition_policies")
    partitions = column(db, "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
    assert len(partitions) == 15
    with acting(db, role, user=cast.alice, agent=cast.ant):
        for partition in partitions:
            with refused(db, FORBIDDEN, "permission denied"):
                db.execute(f"SELECT 1 FROM {partition}")
    # And if somebody grants one by mistake, row level security without a policy shows nothing.
    for partition in partitions:
        db.execute(f"GRANT SELECT ON {partition} TO {role}")
    with acting(db, role, user=cast.alice, agent=cast.ant):
        assert sum(one(db, f"SELECT count(*) FROM {partition}") for partition in partitions) == 0


@installed
@pytest.mark.parametrize(
    ("step", "granted", "on", "role"),
    [
        ("0001", "EXECUTE", "FUNCTION current_user_id()", BACKUP),
        ("0012", "SELECT", "table_sizes", "PUBLIC"),
        ("0012", "EXECUTE", "FUNCTION database_health_check()", AGENTS),
        ("0013", "SELECT", "schema_versions", "PUBLIC"),
        ("0013", "SELECT", "schema_versions", PEOPLE),
        ("0015", "EXECUTE", "FUNCTION encryption_key()", BACKUP),
        ("0016", "SELECT", "slow_queries", "PUBLIC"),
    ],
)
def test_what_nobody_was_to_have_is_a_violation(db: Conn, step: str, granted: str, on: str, role: str) -> None:
    (file,) = (ROOT / "migrations/mister_smith/postgresql/verify").glob(f"{step}.*.sql")
    assert violations(db, file) == []
    db.execute(f"GRANT {granted} ON {on} TO {role}")
    (found,) = violations(db, file)
    assert found == (f"{on.removeprefix('FUNCTION ')} for {role}", f"grants {granted}, expected nothing")


@pytest.mark.parametrize("role", [PEOPLE, AGENTS])
def test_nothing_of_the_owners_can_be_called(db: Conn, role: str) -> None:
    """SECURITY DEFINER functions and their path are how a low role becomes a high one."""
    callable_ = column(
        db,
        "SELECT p.proname FROM pg_proc AS p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
        " AND has_function_privilege(%s, p.oid, 'EXECUTE')",
        role,
    )
    assert callable_ == []


def test_a_temporary_table_cannot_stand_in_for_ours(db: Conn, cast: Cast) -> None:
    """What an agent puts before our tables is not what our functions see."""
    with acting(db, AGENTS, agent=cast.ant):
        db.execute("CREATE TEMPORARY TABLE agent_sessions (agent_id uuid, session_data jsonb, is_active boolean)")
        db.execute("INSERT INTO pg_temp.agent_sessions VALUES (%s, '{\"forged\": 1}', true)", [cast.ant])
        assert one(db, "SELECT load_agent_state(%s)", cast.ant) == {}
        db.execute("CREATE TEMPORARY TABLE configuration_history (id int)")
        db.execute("UPDATE public.configurations SET value = '2'")
    assert one(db, "SELECT count(*) FROM public.configuration_history WHERE new_value = '2'") == 1


# --------------------------------------------------------------------------------------- real sessions, not SET ROLE


@contextmanager
def logins(home: Home, *roles: str) -> Iterator[list[str]]:
    """Accounts that sign in and are members of the family's roles."""
    names = [f"login_{uuid4().hex[:8]}" for _ in roles]
    with psycopg.connect(home.url("postgres"), autocommit=True) as connection:
        for name, role in zip(names, roles, strict=True):
            connection.execute(f"CREATE ROLE {name} LOGIN IN ROLE {role}")
        try:
            yield names
        finally:
            for name in names:
                connection.execute(f"DROP ROLE {name}")


def test_three_roles_sign_in_and_work(home: Home, fresh: str) -> None:
    with psycopg.connect(fresh) as owner:
        cast = write_cast(owner)
    with logins(home, PEOPLE, AGENTS, ADMIN) as (person, agent, admin):
        with psycopg.connect(fresh, user=person) as connection:
            connection.execute("SELECT set_config('app.current_user_id', %s, true)", [str(cast.bob)])
            assert column(connection, "SELECT username FROM users") == ["bob"]
            connection.commit()
            # The next transaction of a pooled connection is nobody's.
            assert column(connection, "SELECT username FROM users") == []
        with psycopg.connect(fresh, user=agent) as connection:
            connection.execute("SELECT set_config('app.current_agent_id', %s, true)", [str(cast.bee)])
            assert one(connection, "SELECT count(*) FROM messages") == 3
            with refused(connection, FORBIDDEN):
                connection.execute("SET ROLE mister_smith_admin")
        with psycopg.connect(fresh, user=admin) as connection:
            assert one(connection, "SELECT count(*) FROM users") == 2


def test_the_owner_is_held_to_the_policies(home: Home, empty: str) -> None:
    """An owner who is no superuser; the superuser made the roles before."""
    name = f"owner_{uuid4().hex[:8]}"
    with psycopg.connect(home.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        try:
            with psycopg.connect(empty, autocommit=True) as admin:
                admin.execute(f"GRANT CREATE ON DATABASE {admin.info.dbname} TO {name}")
                # To tell whether the optional steps can be applied here.
                admin.execute(f"GRANT pg_read_all_settings TO {name}")
            url = empty.replace("postgres@", f"{name}@")
            result = call("up", "mister_smith", "--url", url, "--schema", "mine", "--to", "0014")
            assert result.code == 0, result.out + result.err
            with psycopg.connect(url, options="-c search_path=mine") as owner:
                # Only who is a member of mister_smith_admin writes, even of those who own the tables.
                with refused(owner, FORBIDDEN, "row-level security"):
                    insert(owner, "users")
                with refused(owner, FORBIDDEN, "row-level security"):
                    insert(owner, "messages")
                owner.execute("SELECT create_monthly_partitions(table_name) FROM partition_policies")
                assert one(owner, "SELECT count(*) FROM users") == 0
                owner.commit()
            with psycopg.connect(empty, options="-c search_path=mine") as admin:
                insert(admin, "users")
                insert(admin, "messages", created_at="2030-05-05")
                insert(admin, "configurations", agent_id=insert(admin, "agents"))
            with psycopg.connect(url, options="-c search_path=mine", autocommit=True) as owner:
                assert one(owner, "SELECT count(*) FROM users") == 0
                assert one(owner, "SELECT count(*) FROM messages") == 0
                # Maintenance reaches the rows of the partitions all the same.
                owner.execute("SELECT create_monthly_partitions('messages', 0, '2030-05-01Z')")
                assert one(owner, "SELECT count(*) FROM messages_2030_05") == 1
                assert one(owner, "SELECT count(*) FROM messages_default") == 0
            result = call("verify", "mister_smith", "--url", url, "--schema", "mine")
            assert result.code == 0, result.out + result.err
            result = call("down", "mister_smith", "--all", "--yes", "--url", url, "--schema", "mine")
            assert result.code == 0, result.out + result.err
        finally:
            with psycopg.connect(empty, autocommit=True) as admin:
                admin.execute(f"DROP OWNED BY {name} CASCADE")
            connection.execute(f"DROP ROLE {name}")


def test_a_backup_reads_every_row(db: Conn, cast: Cast) -> None:
    with acting(db, BACKUP):
        db.execute("SET LOCAL row_security = off")
        tables = column(
            db, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        for table in tables:
            db.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(sql.Identifier(table)))
            db.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
        assert one(db, "SELECT count(*) FROM users") == 2
        with refused(db, FORBIDDEN):
            db.execute("DELETE FROM users")
    with acting(db, AGENTS):
        db.execute("SET LOCAL row_security = off")
        with refused(db, FORBIDDEN, "would be affected by row-level security"):
            db.execute("SELECT * FROM messages")


def test_a_dump_by_the_backup_role_restores_whole(home: Home, fresh: str, empty: str, tmp_path: Path) -> None:
    with psycopg.connect(fresh, autocommit=True) as owner:
        cast = write_cast(owner)
        owner.execute("SELECT create_monthly_partitions(table_name) FROM partition_policies")
    rows = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
    file = str(tmp_path / "family.dump")
    with logins(home, BACKUP, AGENTS) as (backup, agent):
        for name, code in ((agent, 1), (backup, 0)):
            url = fresh.replace("postgres@", f"{name}@")
            # BYPASSRLS is not inherited: the session has to be the role.
            role = ["--role", BACKUP] if name == backup else []
            dump = [str(home.server.programs / "pg_dump"), "-Fc", "-f", file, "-d", url, *role]
            assert subprocess.run(dump, capture_output=True, check=False, timeout=60).returncode == code
    restore = [str(home.server.programs / "pg_restore"), "--exit-on-error", "--single-transaction", "-d", empty, file]
    result = subprocess.run(restore, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    with psycopg.connect(fresh) as before, psycopg.connect(empty) as after:
        assert column(after, rows) == column(before, rows)
        for table in column(after, rows):
            counted = f"SELECT count(*) FROM {table}"
            assert one(after, counted) == one(before, counted), table
        assert one(after, "SELECT load_agent_state(%s)", cast.ant) == {}
        after.rollback()
        assert one(after, "SELECT count(*) FROM configuration_history") == 4, "the restore wrote no history of its own"
    found = call("verify", "mister_smith", "--url", empty)
    assert found.code == 0, found.out + found.err


# ---------------------------------------------------------------------------------------------------------- encryption

KEY = "a key of thirty-two characters !"


@pytest.fixture
def crypto(db: Conn) -> Conn:
    """The embedded server has no pgcrypto; the installed one must have it."""
    assert column(db, "SELECT 1 FROM pg_proc WHERE proname = 'encrypt_sensitive_data'"), "install postgresql-contrib"
    return db


def key(connection: Conn, value: str | None) -> None:
    connection.execute("SELECT set_config('app.encryption_key', %s, true)", [value or ""])


@installed
@pytest.mark.parametrize("role", [PEOPLE, AGENTS, ADMIN])
def test_what_is_encrypted_can_be_read_with_the_key(crypto: Conn, role: str) -> None:
    with acting(crypto, role):
        key(crypto, KEY)
        for text in ("secret", "", "ü – 漢字 😀", "x" * 100_000):
            sealed = one(crypto, "SELECT encrypt_sensitive_data(%s)", text)
            assert text not in sealed or not text
            assert one(crypto, "SELECT decrypt_sensitive_data(%s)", sealed) == text
        first, second = (one(crypto, "SELECT encrypt_sensitive_data('same')") for _ in range(2))
        assert first != second
        assert one(crypto, "SELECT encrypt_sensitive_data(NULL)") is None


@installed
def test_a_wrong_key_and_a_changed_byte_are_noticed(crypto: Conn) -> None:
    key(crypto, KEY)
    sealed = one(crypto, "SELECT encrypt_sensitive_data('the secret')")
    key(crypto, KEY[::-1])
    with refused(crypto, errors.ExternalRoutineInvocationException, "Wrong key or corrupt data"):
        crypto.execute("SELECT decrypt_sensitive_data(%s)", [sealed])
    key(crypto, KEY)
    length = one(crypto, "SELECT length(decode(%s, 'base64'))", sealed)
    for position in range(length):
        with refused(crypto, psycopg.Error):
            crypto.execute(
                "SELECT decrypt_sensitive_data(encode(set_byte(d, %s, get_byte(d, %s) # 1), 'base64'))"
                " FROM (SELECT decode(%s, 'base64') AS d) AS s",
                [position, position, sealed],
            )


@installed
@pytest.mark.parametrize("value", [None, "", "short"])
def test_no_key_or_a_short_one_is_refused(crypto: Conn, value: str | None) -> None:
    key(crypto, KEY)
    sealed = one(crypto, "SELECT encrypt_sensitive_data('the secret')")
    key(crypto, value)
    for function, text in (("encrypt", "x"), ("decrypt", sealed)):
        with refused(crypto, errors.InvalidParameterValue, "encryption_key is (not set|shorter)"):
            crypto.execute(f"SELECT {function}_sensitive_data(%s)", [text])


@installed
def test_the_key_is_in_no_statement_that_the_server_keeps(crypto: Conn, home: Home) -> None:
    assert home.is_preloaded, "install postgresql-15-cron"
    key(crypto, KEY)
    one(crypto, "SELECT encrypt_sensitive_data('the secret')")
    kept = column(crypto, "SELECT query FROM mister_smith_extensions.pg_stat_statements")
    assert kept
    assert not [query for query in kept if KEY in query or "the secret" in query]
