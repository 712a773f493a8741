"""archon in clusters as they are: Supabase's, several copies, roles that others use; and that down leaves no trace."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from conftest import call
from psycopg import sql
from test_archon import (
    ACCEPTANCE,
    ALLOWED,
    MISSING,
    ROLES,
    STEPS,
    Connection,
    allowed,
    down,
    insert,
    one,
    rollback_of,
    rows,
    stats,
    up,
    verify_of,
    violations,
)

from runner import throwaway
from runner.sqlfile import runner_sql
from runner.throwaway import Server

FIRST = STEPS[0]


@pytest.fixture(scope="module", params=["installed", "embedded"])
def running(request: pytest.FixtureRequest) -> Iterator[Server]:
    if not throwaway.find(request.param):
        pytest.skip(f"{MISSING[request.param]} is missing on this machine")
    with throwaway.server(request.param) as server:
        yield server


class Cluster:
    """A cluster with the databases that a test asks for, and no role but its superuser."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.made: list[str] = []

    def url(self, database: str) -> str:
        if database not in {"postgres", *self.made}:
            self.create(database)
        return self.server.url(database)

    @contextmanager
    def connect(self, database: str = "a", user: str = "postgres", schema: str = "public") -> Iterator[Connection]:
        url = self.url(database).replace("postgres@", f"{user}@")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SELECT set_config('search_path', quote_ident(%s), FALSE)", [schema])
            yield connection

    def create(self, name: str, options: str = "") -> None:
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}".encode())
        self.made.append(name)

    def dump(self, database: str = "a") -> str:
        """Everything that PostgreSQL's own tools know of the cluster's roles and of one database."""
        programs, text = self.server.programs, ""
        for command in (
            [programs / "pg_dumpall", "--roles-only", f"--dbname={self.server.url(database)}"],
            [programs / "pg_dump", "--inserts", self.url(database)],
        ):
            text += subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return "\n".join(line for line in text.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))

    def roles(self) -> set[str]:
        with self.connect("postgres") as connection:
            return {name for (name,) in rows(connection, "SELECT rolname FROM pg_roles WHERE oid >= 16384")}


@pytest.fixture
def cluster(running: Server) -> Iterator[Cluster]:
    cluster = Cluster(running)
    yield cluster
    with cluster.connect("postgres") as connection:
        for name in cluster.made:
            connection.execute(f"DROP DATABASE {name}".encode())
        connection.execute("RESET ROLE")
        for role in cluster.roles():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def present(cluster: Cluster, *, bypass: bool = True) -> None:
    """The roles as Supabase makes them."""
    with cluster.connect("postgres") as connection:
        connection.execute("CREATE ROLE anon NOLOGIN NOINHERIT; CREATE ROLE authenticated NOLOGIN NOINHERIT")
        connection.execute(f"CREATE ROLE service_role NOLOGIN NOINHERIT {'BYPASSRLS' if bypass else ''}".encode())


SUPABASE = """
CREATE ROLE authenticator LOGIN NOINHERIT;
GRANT anon, authenticated, service_role TO authenticator;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
"""
# As migration 008 of the real Archon leaves it.
REGISTER = """
CREATE TABLE archon_migrations (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  version VARCHAR(20) NOT NULL,
  migration_name VARCHAR(255) NOT NULL,
  applied_at TIMESTAMPTZ DEFAULT NOW(),
  checksum VARCHAR(32),
  UNIQUE(version, migration_name)
);
CREATE INDEX idx_archon_migrations_version ON archon_migrations(version);
CREATE INDEX idx_archon_migrations_applied_at ON archon_migrations(applied_at DESC);
ALTER TABLE archon_migrations ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Allow authenticated users to read archon_migrations" ON archon_migrations
  FOR SELECT TO authenticated USING (true);
COMMENT ON TABLE archon_migrations IS 'Tracks database migrations';
INSERT INTO archon_migrations (version, migration_name) VALUES
  ('0.1.0', '008_add_migration_tracking'), ('0.2.0', '020_something_else');
"""


@pytest.mark.parametrize("schema", ["public", "archon", 'Ar"chon 50%'])
def test_down_leaves_what_was_there_before_byte_for_byte(cluster: Cluster, schema: str) -> None:
    with cluster.connect(schema=schema) as connection:
        if schema != "public":
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        before = cluster.dump()
        dumps = []
        for _ in range(2):
            assert up(connection) == []
            assert cluster.roles() == set(ROLES)
            # The register has the time of its entry, which is data.
            connection.execute("UPDATE archon_migrations SET applied_at = '2026-01-12'")
            connection.execute(ACCEPTANCE)
            assert stats(connection) == (3, 1, 1, "5.50", 15, 1, 1, 1, "50.00")
            insert(connection)
            connection.execute("DELETE FROM archon_sync_history")
            dumps.append(cluster.dump())
            down(connection)
            assert cluster.dump() == before
        assert dumps[0] == dumps[1] != before


def test_supabase_keeps_its_roles_its_grants_and_its_register(cluster: Cluster) -> None:
    present(cluster)
    with cluster.connect() as connection:
        connection.execute(SUPABASE)
        connection.execute("CREATE SCHEMA sandbox; GRANT ALL ON SCHEMA sandbox TO public")
        connection.execute(REGISTER)
        before = cluster.dump()
        for _ in range(2):
            adopted = up(connection)
            assert [step.stem for step in adopted] == ["0004.archon-migrations"]
            assert one(connection, "SELECT count(*) FROM archon_migrations") == 3
            insert(connection, sync_id="one")
            for role in ROLES:
                connection.execute(f"SET ROLE {role}")
                mine = allowed(connection)
                connection.execute("RESET ROLE")
                # Supabase's default privileges and the real Archon's policies speak about the register.
                assert mine - {"register", "register_write"} == ALLOWED[role]
            with connection.transaction(force_rollback=True), connection.cursor() as cursor:
                cursor.execute("SET LOCAL SESSION AUTHORIZATION authenticator")
                cursor.execute("SET LOCAL ROLE anon")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    cursor.execute("TRUNCATE archon_sync_history")
            down(connection, adopted)
            assert cluster.dump() == before


def test_rung_itself_on_supabase(cluster: Cluster) -> None:
    present(cluster)
    with cluster.connect() as connection:
        connection.execute(SUPABASE)
        connection.execute(REGISTER)
        register = rows(connection, "TABLE archon_migrations ORDER BY version")
        catalog = runner_sql("catalog", "postgresql", "objects").text
        before = rows(connection, catalog)
        url = cluster.url("a")
        for _ in range(2):
            result = call("up", "archon", "--url", url, "--json")
            assert result.code == 0, result.err
            adopted = [step["id"] for step in result.json["steps"] if step["adopted"]]
            assert adopted == ["0004.archon-migrations"]
            connection.execute("INSERT INTO archon_migrations (version, migration_name) VALUES ('0.4.0', '022_later')")
            result = call("verify", "archon", "--url", url)
            assert result.code == 0, result.out + result.err
            result = call("down", "archon", "--url", url, "--all", "--yes")
            assert result.code == 0, result.err
            assert rows(connection, catalog) == before
            assert connection.execute("DELETE FROM archon_migrations WHERE version = '0.4.0'").rowcount == 1
            assert rows(connection, "TABLE archon_migrations ORDER BY version") == register
        assert cluster.roles() == {*ROLES, "authenticator"}


def test_rung_installs_copies_side_by_side(cluster: Cluster) -> None:
    url = cluster.url("a")
    for schema in ("one", "Two 2"):
        assert call("up", "archon", "--url", url, "--schema", schema).code == 0
        assert call("verify", "archon", "--url", url, "--schema", schema).code == 0
    with cluster.connect(schema="Two 2") as two:
        insert(two)
        assert stats(two)[0] == 1
    with cluster.connect(schema="one") as one_:
        assert stats(one_)[0] == 0
    assert call("down", "archon", "--url", url, "--schema", "one", "--all", "--yes").code == 0
    assert call("verify", "archon", "--url", url, "--schema", "Two 2").code == 0
    assert call("down", "archon", "--url", url, "--schema", "Two 2", "--all", "--yes").code == 0
    assert cluster.roles() == set()


def test_a_registration_by_archon_itself_stays(cluster: Cluster) -> None:
    present(cluster)
    with cluster.connect() as connection:
        connection.execute(REGISTER)
        connection.execute(
            "INSERT INTO archon_migrations (version, migration_name) VALUES ('0.3.0', '021_add_sync_history_table')"
        )
        before = rows(connection, "TABLE archon_migrations")
        adopted = up(connection)
        assert rows(connection, "TABLE archon_migrations") == before
        down(connection, adopted)
        assert rows(connection, "TABLE archon_migrations") == before


BARE = """
CREATE TABLE archon_migrations (id uuid, version varchar(20) NOT NULL, migration_name varchar(255) NOT NULL,
  applied_at timestamptz, checksum varchar(32), CONSTRAINT a PRIMARY KEY (id));
CREATE UNIQUE INDEX b ON archon_migrations (migration_name, version);
"""


def test_any_register_that_takes_the_entry_is_adopted(cluster: Cluster) -> None:
    with cluster.connect() as connection:
        connection.execute(BARE)
        before = cluster.dump()
        adopted = up(connection)
        assert adopted
        assert one(connection, "SELECT applied_at > now() - interval '1 minute' FROM archon_migrations")
        down(connection, adopted)
        assert cluster.dump() == before


@pytest.mark.parametrize("fault", [("varchar(20)", "text"), ("UNIQUE INDEX", "INDEX"), ("timestamptz", "date")])
def test_a_register_of_another_form_is_refused(cluster: Cluster, fault: tuple[str, str]) -> None:
    with cluster.connect() as connection:
        connection.execute(BARE.replace(*fault).encode())
        result = call("up", "archon", "--url", cluster.url("a"))
        assert result.code == 3
        assert "archon_migrations" in result.err
        assert one(connection, "SELECT count(*) FROM archon_migrations") == 0


def test_a_new_register_is_closed_to_supabases_roles(cluster: Cluster) -> None:
    present(cluster)
    with cluster.connect() as connection:
        connection.execute(SUPABASE)
        connection.execute("CREATE SCHEMA sandbox; GRANT ALL ON SCHEMA sandbox TO public")
        up(connection)
        insert(connection, sync_id="one")
        for role in ROLES:
            connection.execute(f"SET ROLE {role}")
            assert allowed(connection) == ALLOWED[role]
            connection.execute("RESET ROLE")


def test_a_role_that_is_no_superuser_can_climb_and_go_down(cluster: Cluster) -> None:
    with cluster.connect("postgres") as connection:
        connection.execute("CREATE ROLE dba LOGIN CREATEROLE")
        connection.execute("CREATE ROLE outsider LOGIN")
    cluster.create("c", "OWNER dba")
    before = cluster.dump("c")
    for _ in range(2):
        with cluster.connect("c", "dba") as connection:
            up(connection)
            insert(connection)
            # Without privileges of its own or a policy that lets it, the owner would not see the row.
            assert one(connection, "SELECT count(*) FROM archon_sync_history") == 1
            down(connection)
        assert cluster.dump("c") == before
    with cluster.connect("c", "outsider") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        up(connection)
    assert cluster.dump("c") == before


# ------------------------------------------------------------------------------------------------- roles are shared


def test_the_last_archon_of_the_cluster_takes_the_roles_away(cluster: Cluster) -> None:
    with cluster.connect("a") as a, cluster.connect("b") as b, cluster.connect("a", schema="second") as second:
        second.execute("CREATE SCHEMA second")
        for connection in (a, b, second):
            up(connection)
        a.execute(ACCEPTANCE)
        assert stats(second)[0] == stats(b)[0] == 0
        down(a)
        assert cluster.roles() == set(ROLES)
        for connection in (b, second):
            assert [violations(connection, verify_of(step)) for step in STEPS] == [[]] * len(STEPS)
        down(b)
        assert cluster.roles() == set(ROLES)
        down(second)
        assert cluster.roles() == set()


USES = [
    ("CREATE ROLE app LOGIN IN ROLE service_role", "DROP ROLE app"),
    ("GRANT pg_read_all_data TO service_role", "REVOKE pg_read_all_data FROM service_role"),
    ("CREATE TABLE t (id integer); GRANT SELECT ON t TO anon", "DROP TABLE t"),
    ("CREATE TABLE t (id integer); CREATE POLICY p ON t TO authenticated USING (TRUE)", "DROP TABLE t"),
    ("CREATE SCHEMA s AUTHORIZATION service_role", "DROP SCHEMA s"),
    (
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO anon",
        "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM anon",
    ),
    ("ALTER ROLE anon SET statement_timeout = '3s'", "ALTER ROLE anon RESET ALL"),
    ("ALTER ROLE anon IN DATABASE b SET statement_timeout = '3s'", "ALTER ROLE anon IN DATABASE b RESET ALL"),
    ("ALTER ROLE service_role BYPASSRLS", "ALTER ROLE service_role NOBYPASSRLS"),
    ("ALTER ROLE authenticated LOGIN", "ALTER ROLE authenticated NOLOGIN"),
]


def test_roles_that_something_else_uses_stay_as_they_are_until_nothing_does(cluster: Cluster) -> None:
    with cluster.connect("a") as a, cluster.connect("b") as b:
        for use, no_use in USES:
            up(a, [FIRST])
            b.execute(use.encode())
            a.execute(rollback_of(FIRST).read_text().encode())
            assert cluster.roles() >= set(ROLES), use
            b.execute(no_use.encode())
            up(a, [FIRST])
            a.execute(rollback_of(FIRST).read_text().encode())
            assert cluster.roles() == set(), use


def test_roles_that_somebody_made_his_own_stay(cluster: Cluster) -> None:
    with cluster.connect() as a:
        up(a, [FIRST])
        a.execute("COMMENT ON ROLE anon IS 'ours'")
        a.execute("COMMENT ON ROLE authenticated IS NULL")
        a.execute(rollback_of(FIRST).read_text().encode())
        assert cluster.roles() == {"anon", "authenticated"}


def test_roles_that_were_there_before_stay_and_those_that_were_not_go(cluster: Cluster) -> None:
    with cluster.connect("a") as a:
        a.execute("CREATE ROLE authenticated NOLOGIN; GRANT USAGE ON SCHEMA public TO authenticated")
        before = cluster.dump()
        up(a)
        assert cluster.roles() == set(ROLES)
        down(a)
        assert cluster.dump() == before
        assert cluster.roles() == {"authenticated"}


def test_anon_alone_stays_for_another_archon_though_nothing_is_granted_to_it(cluster: Cluster) -> None:
    with cluster.connect("a") as a, cluster.connect("b") as b:
        a.execute("CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN")
        up(a, [FIRST])
        up(b, [FIRST])
        a.execute(rollback_of(FIRST).read_text().encode())
        assert cluster.roles() == set(ROLES)
        b.execute(rollback_of(FIRST).read_text().encode())
        assert cluster.roles() == {"authenticated", "service_role"}


def in_background(work: threading.Thread, watcher: Connection) -> None:
    """Start something that is going to wait for a lock, and wait until it does."""
    work.start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if one(watcher, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
            return
        time.sleep(0.01)
    raise AssertionError("nothing waits for a lock")


def test_two_databases_bring_the_roles_in_the_same_moment(cluster: Cluster) -> None:
    with cluster.connect("a") as a, cluster.connect("b") as b, cluster.connect("postgres") as watcher:
        a.execute("BEGIN")
        a.execute(FIRST.read_text().encode())
        other = threading.Thread(target=lambda: up(b))
        in_background(other, watcher)
        a.execute("COMMIT")
        other.join(10)
        for connection in (a, b):
            assert violations(connection, verify_of(FIRST)) == []
        up(a, STEPS[1:])
        down(a)
        assert cluster.roles() == set(ROLES)
        down(b)
        assert cluster.roles() == set()


def test_one_database_begins_to_use_the_roles_while_another_gives_them_up(cluster: Cluster) -> None:
    with cluster.connect("a") as a, cluster.connect("b") as b, cluster.connect("postgres") as watcher:
        up(a, [FIRST])
        b.execute("BEGIN")
        b.execute(FIRST.read_text().encode())
        other = threading.Thread(target=lambda: a.execute(rollback_of(FIRST).read_text().encode()))
        in_background(other, watcher)
        b.execute("COMMIT")
        other.join(10)
        assert one(a, "SELECT to_regclass('archon_sync_history') IS NULL")
        assert cluster.roles() == set(ROLES)
        assert violations(b, verify_of(FIRST)) == []
        b.execute(rollback_of(FIRST).read_text().encode())
        assert cluster.roles() == set()
