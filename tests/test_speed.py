"""What commands that are called often leave out: to load what they do not need, to read twice, to write."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from conftest import Result, Rung, Tree, call, steps_of
from forks import until
from servers import Servers

from runner import ledger, throwaway
from runner.engines import Session, postgresql, postgresql_wire
from runner.engines.sqlite import SqliteSession
from runner.target import Target

# Slow to load, and of no use where nothing is wrong and nobody asked for JSON.
_SLOW = frozenset(
    {
        *("difflib", "importlib.metadata", "jinja2", "json", "logging", "pkg_resources", "random", "sqlparse"),
        *("dataclasses", "inspect", "subprocess", "tempfile", "threading", "yoyo"),
    }
)
_EVERY = {"cli", "context", "engines", "errors", "examine", "ledger", "plan", "project", "report", "sqlfile", "target"}
_DRIVERS = {
    "sqlite": {"sqlite3", "_sqlite3"},
    "duckdb": {"duckdb", "_duckdb"},
    "postgresql": {"psycopg", "psycopg_binary"},
}


def _loaded(*arguments: object) -> set[str]:
    """The modules that a call of rung loads, in a process of its own."""
    code = (
        "import sys; known = {*sys.modules}\n"
        "from runner import cli\n"
        "try: cli.run(sys.argv[1:])\n"
        "finally: print('loaded', *{*sys.modules} - known, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
    )
    return set(next(line for line in ran.stderr.splitlines() if line.startswith("loaded ")).split()[1:])


def _ours(modules: set[str]) -> set[str]:
    return {name.removeprefix("runner.") for name in modules if name.startswith("runner.")}


def _drivers(modules: set[str]) -> set[str]:
    return {engine for engine, names in _DRIVERS.items() if names & modules}


@pytest.mark.parametrize("arguments", ["--help", "--version", "status --help", "up --help"])
def test_help_loads_the_command_line_and_nothing_else(arguments: str) -> None:
    loaded = _loaded(*arguments.split())
    assert _ours(loaded) == {"cli"}
    assert not loaded & (_SLOW | {"contextlib", "dataclasses", "datetime", "hashlib", "inspect", "pathlib", "typing"})


@pytest.mark.parametrize(
    ("command", "more"), [("status", {"looking"}), ("up", {"commands", "climb"})], ids=["status", "up"]
)
def test_a_command_loads_what_it_needs_and_the_driver_of_its_engine(
    command: str, more: set[str], rung: Rung, url: str
) -> None:
    assert rung("up", "ggen", "--url", url).code == 0
    loaded = _loaded(command, "ggen", "--url", url)
    assert {name for name in _ours(loaded) if not name.startswith("engines.")} == _EVERY | more
    # Of climb, which waits a random time where a lock was met.
    assert loaded & _SLOW <= ({"random"} if command == "up" else set())
    assert _drivers(loaded) == {"sqlite"}


@pytest.mark.parametrize(
    ("family", "url"),
    [("agentdb", "duckdb:///{}/test.duckdb"), ("archon", "postgresql://nobody@/nothing?host={}")],
    ids=["duckdb", "postgresql"],
)
def test_no_engine_loads_the_driver_of_another(family: str, url: str, tmp_path: Path, rung: Rung) -> None:
    engine = url.partition(":")[0]
    if engine == "duckdb":
        assert rung("up", family, "--url", url.format(tmp_path)).code == 0
    # On PostgreSQL no server answers there: the driver is loaded to find that out.
    loaded = _loaded("status", family, "--url", url.format(tmp_path))
    assert _drivers(loaded) == {engine}
    assert {name for name in _ours(loaded) if not name.startswith("engines.")} == _EVERY | {"looking"}
    assert not loaded & {"jinja2", "sqlparse", "yoyo"}


@pytest.mark.parametrize(("family", "scheme"), [("ggen", "sqlite"), ("agentdb", "duckdb")], ids=["sqlite", "duckdb"])
@pytest.mark.parametrize("command", ["status", "up"])
def test_where_nothing_is_to_be_done_nothing_is_written(
    command: str, family: str, scheme: str, database: Path, rung: Rung
) -> None:
    def found() -> tuple[bytes, list[str], int]:
        return (
            database.read_bytes(),
            sorted(path.name for path in database.parent.iterdir()),
            database.stat().st_mtime_ns,
        )

    address = f"{scheme}:///{database}"
    assert rung("up", family, "--url", address).code == 0
    before = found()
    assert before[1] == [database.name]
    result = rung(command, family, "--url", address)
    assert result.code == 0, result.err
    assert found() == before


@pytest.mark.parametrize("command", ["status", "up"])
def test_where_nothing_is_to_be_done_the_ledger_and_each_file_are_read_once(
    command: str, tree: Tree, rung: Rung, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree()
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    opened: list[str] = []
    real = os.open

    def counted(path: str, *rest: int) -> int:
        opened.append(str(path))
        return real(path, *rest)

    looked: list[str] = []
    read = ledger.read

    def seen(session: Session, family: str) -> ledger.Ledger:
        looked.append(family)
        return read(session, family)

    monkeypatch.setattr(os, "open", counted)
    monkeypatch.setattr(ledger, "read", seen)
    assert rung(command, "shop", "--project", root, "--url", url).code == 0
    monkeypatch.undo()
    assert looked == ["shop"]
    files = sorted(map(str, steps_of(root).rglob("*.sql")))
    assert len(files) == 6 and sorted(path for path in opened if path.startswith(str(root))) == files


def _bench(root: Path, engine: str, number: int) -> Path:
    """A family of so many steps, each a table, an index and a view."""
    place = root / "migrations" / "many" / engine
    (place / "verify").mkdir(parents=True)
    for n in range(1, number + 1):
        name = f"{n:04}.many-thing"
        (place / f"{name}.sql").write_text(
            f"-- Thing {n}: a thing.\n\nCREATE TABLE thing_{n} (id integer PRIMARY KEY, name text NOT NULL);\n\n"
            f"CREATE INDEX thing_{n}_name ON thing_{n} (name);\n\n"
            f"CREATE VIEW named_{n} AS SELECT name FROM thing_{n};\n"
        )
        (place / f"{name}.rollback.sql").write_text(
            f"-- Thing {n}: gone.\n\nDROP VIEW named_{n};\n\nDROP TABLE thing_{n};\n"
        )
        (place / "verify" / f"{name}.sql").write_text(
            f"-- Thing {n} verified: it can be read.\n\nSELECT id AS subject, 'there' AS problem FROM thing_{n};\n"
        )
    return root


def _a_step(counts: Callable[[int], Mapping[str, int]]) -> dict[str, float]:
    """What each step adds to what is counted, told from a family of 5 steps and one of 25."""
    few, many = counts(5), counts(25)
    return {name: (many[name] - few.get(name, 0)) / 20 for name in many}


@contextmanager
def _overheard(monkeypatch: pytest.MonkeyPatch, path: Path) -> Iterator[Callable[[], Counter[str]]]:
    """What goes to a PostgreSQL server while the block runs, as libpq itself tells it, by kind of message; and each
    transaction that is begun, committed or undone."""
    dial = postgresql.dial

    def traced(target: Target) -> psycopg.Connection[Any]:
        connection = dial(target)
        connection.pgconn.trace(file.fileno())
        return connection

    def heard() -> Counter[str]:
        text = path.read_text(encoding="utf-8", errors="replace")
        found = Counter(re.findall(r"^[^\n]*?\bF\t\d+\t(\w+)", text, re.MULTILINE))
        said = r"(BEGIN|COMMIT|ROLLBACK|DEALLOCATE)(?: ISOLATION[^\"\n]*| ALL)?"
        found.update(re.findall(rf'\bF\t\d+\t(?:Parse|Query)\t[^\n]*"{said}"', text))
        return found

    with path.open("w") as file, monkeypatch.context() as patch:
        patch.setattr(postgresql, "dial", traced)
        yield heard


@pytest.mark.parametrize(
    "words", [["up"], ["up", "--one-transaction"], ["down", "--all", "--yes"]], ids=["up", "one", "down"]
)
def test_a_step_takes_one_round_trip_and_one_transaction_on_postgresql(
    words: list[str], servers: Servers, tmp_path: Path, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counts(number: int) -> Mapping[str, int]:
        root = _bench(tmp_path / str(number), "postgresql", number)
        with servers.database(servers.first) as url:
            of = ["many", "--project", root, "--url", url]
            if words[0] == "down":
                assert rung("up", *of).code == 0
            with _overheard(monkeypatch, tmp_path / "heard") as heard:
                result = rung(words[0], *of, *words[1:])
                assert result.code == 0, result.err
                return heard()

    step = _a_step(counts)
    # The server answers a Sync and a Query, and what was asked before them. While it commits, the next step is sent.
    assert step["Sync"] + step.get("Query", 0) == 1
    assert step["Parse"] <= 12  # What is asked at each step is planned once.
    each = 0 if "--one-transaction" in words else 1
    assert (step.get("BEGIN", 0), step.get("COMMIT", 0), step.get("ROLLBACK", 0)) == (each, each, 0)


def test_what_was_planned_while_the_catalog_was_small_is_planned_anew(
    servers: Servers, tmp_path: Path, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _bench(tmp_path, "postgresql", 7)
    monkeypatch.setattr(postgresql_wire, "_RENEWED_AFTER", 2)
    with servers.database(servers.first) as url:
        for words in (["up"], ["down", "--all", "--yes"]):
            with _overheard(monkeypatch, tmp_path / "heard") as heard:
                result = rung(words[0], "many", "--project", root, "--url", url, *words[1:])
                assert result.code == 0, result.err
                # The first step looks at the ledger with care; of the six behind it, every second.
                assert heard()["DEALLOCATE"] == 3


def test_a_step_waits_for_the_disk_once_on_postgresql(tmp_path: Path, rung: Rung) -> None:
    with throwaway.server(settings={"fsync": "on", "synchronous_commit": "on"}) as server:

        def syncs() -> int:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                if connection.info.server_version < 180_000:
                    query = "SELECT wal_sync FROM pg_stat_wal"
                else:
                    query = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
                return int(connection.execute(query).fetchall()[0][0])

        def ended(name: str) -> bool:
            # What a process has done it tells as it ends.
            with psycopg.connect(server.url(), autocommit=True) as connection:
                query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
                return connection.execute(query, [name]).fetchall() == [(0,)]

        def counts(number: int) -> Mapping[str, int]:
            name = f"many_{number}"
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            root = _bench(tmp_path / name, "postgresql", number)
            before = syncs()
            assert rung("up", "many", "--project", root, "--url", server.url(name)).code == 0
            until(lambda: ended(name))
            return {"sync": syncs() - before}

        # One each, and what the server writes behind everybody's back.
        assert 0.9 <= _a_step(counts)["sync"] <= 1.3


def test_nothing_to_do_begins_no_transaction_that_writes_on_postgresql(
    servers: Servers, tmp_path: Path, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _bench(tmp_path, "postgresql", 2)
    with servers.database(servers.first) as url:
        assert rung("up", "many", "--project", root, "--url", url).code == 0
        for command in ("up", "status"):
            with _overheard(monkeypatch, tmp_path / "heard") as heard:
                assert rung(command, "many", "--project", root, "--url", url).code == 0
            assert not heard()["BEGIN"], (tmp_path / "heard").read_text()


@pytest.mark.parametrize(
    "words", [["up"], ["up", "--one-transaction"], ["down", "--all", "--yes"]], ids=["up", "one", "down"]
)
def test_a_step_commits_once_and_says_little_on_sqlite(
    words: list[str], tmp_path: Path, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def counts(number: int) -> Mapping[str, int]:
        root = _bench(tmp_path / str(number), "sqlite", number)
        of = ["many", "--project", root, "--url", f"sqlite:///{tmp_path}/{number}.db"]
        if words[0] == "down":
            assert rung("up", *of).code == 0
        said: list[str] = []

        def traced(*given: Any, **named: Any) -> sqlite3.Connection:
            connection = connect(*given, **named)
            connection.set_trace_callback(said.append)
            return connection

        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", traced)
            assert rung(words[0], *of, *words[1:]).code == 0
        # A commit of a database with a write-ahead log is one fsync of that (SQLite, Write-Ahead Logging, 4).
        assert "PRAGMA synchronous = FULL" in said
        with contextlib.closing(connect(tmp_path / f"{number}.db")) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        return {"all": len(said), "commits": said.count("COMMIT")}

    step = _a_step(counts)
    assert step["commits"] == (0 if "--one-transaction" in words else 1)
    # Of them 3 of the step's own (2 of its rollback), 1 of its verification.
    assert step["all"] <= 14


@pytest.mark.parametrize(("words", "own"), [(["up"], 4), (["down", "--all", "--yes"], 3)], ids=["up", "down"])
def test_a_step_is_recorded_in_one_statement_on_duckdb(
    words: list[str], own: int, tmp_path: Path, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect
    said: list[str] = []

    class Heard:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

        def execute(self, query: Any, *given: Any) -> Any:
            said.append(getattr(query, "query", query))
            return self._connection.execute(query, *given)

    def counts(number: int) -> Mapping[str, int]:
        root = _bench(tmp_path / str(number), "duckdb", number)
        for path in (root / "migrations" / "many" / "duckdb").glob("0*.sql"):
            made = "DROP MACRO {0};" if path.name.endswith(".rollback.sql") else "CREATE MACRO {0}(x) AS x * 2;"
            path.write_text(f"{path.read_text()}\n{made.format(f'twice_{path.name[:4]}')}\n")
        of = ["many", "--project", root, "--url", f"duckdb:///{tmp_path}/{number}.db"]
        if words[0] == "down":
            assert rung("up", *of).code == 0
        said.clear()
        with monkeypatch.context() as patch:
            patch.setattr(duckdb, "connect", lambda *given, **named: Heard(connect(*given, **named)))
            assert rung(words[0], *of, *words[1:]).code == 0
        return Counter(all=len(said), own=sum("thing" in text or "named" in text or "twice" in text for text in said))

    step = _a_step(counts)
    # Its own, and its verification (after the last way down there is none); BEGIN, the ledger's rows, COMMIT.
    assert step["own"] == own + 1 and step["all"] == own + 4


def test_of_many_in_one_transaction_it_is_said_before_what_locks_they_take(tmp_path: Path, rung: Rung) -> None:
    small = {"max_connections": "20", "max_locks_per_transaction": "10", "max_worker_processes": "2"}
    root = _bench(tmp_path, "postgresql", 80)
    with throwaway.server(settings=small) as server:
        of = ["many", "--project", root, "--url", server.url()]
        few = rung("up", *of, "--to", "3", "--one-transaction")
        assert few.code == 0 and few.err == ""
        many = rung("up", *of, "--one-transaction")
        assert re.match(
            r"rung: this may take \d+ locks in one transaction, and the server has room for \d+: ", many.err
        )
        assert rung("up", *of).code == 0
        back = rung("down", *of, "--all", "--dry-run", "--verbose")
        told = re.match(
            r"rung: this may take (\S+) locks .* room for (\S+): max_locks_per_transaction = (\d+) ", back.err
        )
        assert told, back.err
        needed, room, setting = (int(number.replace(",", "")) for number in told.groups())
        assert back.code == 3 and "out of shared memory" in back.err and needed > room
    with throwaway.server(settings=small | {"max_locks_per_transaction": str(setting)}) as server:
        of = ["many", "--project", root, "--url", server.url()]
        assert rung("up", *of).code == 0
        enough = rung("down", *of, "--all", "--dry-run", "--verbose")
        assert enough.code == 0 and enough.err == ""


# What a run need not look at again, because it was the last to be there, it looks at where it was not.

_TAKES = {
    "sqlite": (
        "CREATE TRIGGER takes AFTER INSERT ON _rung_step"
        " BEGIN DELETE FROM _rung_step WHERE migration_hash = new.migration_hash; END",
    ),
    "postgresql": (
        "CREATE FUNCTION takes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "CREATE TRIGGER takes BEFORE INSERT ON _rung_step FOR EACH ROW EXECUTE FUNCTION takes()",
    ),
}
_ID = "0003.many-thing"
_YOYO = (
    "CREATE TABLE thing_3 (id integer PRIMARY KEY, name text NOT NULL)",
    "CREATE INDEX thing_3_name ON thing_3 (name)",
    "CREATE VIEW named_3 AS SELECT name FROM thing_3",
    "INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc)"
    f" VALUES ('{ledger.migration_hash(_ID)}', '{_ID}', '2026-01-01 00:00:00')",
    "INSERT INTO _yoyo_log (id, migration_hash, migration_id, operation, created_at_utc)"
    f" VALUES ('1', '{ledger.migration_hash(_ID)}', '{_ID}', 'apply', '2026-01-01 00:00:00')",
)
_BACK = (
    f"DELETE FROM _yoyo_migration WHERE migration_id = '{_ID}'",
    "INSERT INTO _yoyo_log (id, migration_hash, migration_id, operation, created_at_utc)"
    f" VALUES ('2', '{ledger.migration_hash(_ID)}', '{_ID}', 'rollback', '2026-01-01 00:00:00')",
)


class Between:
    """A family of five steps on a database, and what somebody does there after a step of a run."""

    def __init__(self, engine: str, url: str, root: Path) -> None:
        self.engine, self.url, self.root = engine, url, root

    def ask(self, *statements: str) -> list[tuple[Any, ...]]:
        """The rows of the last of some statements, each committed by itself."""
        with contextlib.ExitStack() as stack:
            if self.engine == "sqlite":
                path = self.url.removeprefix("sqlite:///")
                connection: Any = stack.enter_context(contextlib.closing(sqlite3.connect(path, isolation_level=None)))
            else:
                connection = stack.enter_context(psycopg.connect(self.url, autocommit=True))
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @property
    def applied(self) -> list[int]:
        """The numbers of the steps that are applied."""
        return [int(id[:4]) for (id,) in self.ask("SELECT migration_id FROM _yoyo_migration ORDER BY migration_id")]

    def run(self, monkeypatch: pytest.MonkeyPatch, after: int, hand: Callable[[], object], *words: object) -> Result:
        """Run rung, and let somebody's hand into the database when so many steps are committed and the next has not
        begun."""
        session = SqliteSession if self.engine == "sqlite" else postgresql.PostgresqlSession
        begin, begun = session.begin_again, Counter[str]()

        def begin_again(self: Any, moves: int, *, foreign_keys: bool = True) -> Any:
            begun["steps"] += 1
            if begun["steps"] == after:
                if session is not SqliteSession:
                    self._wire.settle()  # Sent with what follows: whoever comes first, the server says.
                hand()
            return begin(self, moves, foreign_keys=foreign_keys)

        with monkeypatch.context() as patch:
            patch.setattr(session, "begin_again", begin_again)
            result = call(
                words[0], "many", "--project", self.root, "--url", self.url, "--lock-timeout", "0.2", *words[1:]
            )
        assert begun["steps"] >= after
        return result


@pytest.fixture(params=["sqlite", "postgresql"])
def between(request: pytest.FixtureRequest, tmp_path: Path, servers: Servers) -> Iterator[Between]:
    root = _bench(tmp_path, request.param, 5)
    if request.param == "sqlite":
        yield Between("sqlite", f"sqlite:///{tmp_path}/test.db", root)
        return
    with servers.database(servers.first) as url:
        yield Between("postgresql", url, root)


def test_what_is_put_on_the_ledger_between_two_steps_is_noticed(
    between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = between.run(monkeypatch, 2, lambda: between.ask(*_TAKES[between.engine]), "up")
    assert result.code == 3 and "the ledger does not hold what was written to it" in result.err, result.err
    assert between.applied == [1, 2]


@pytest.mark.parametrize("between", ["postgresql"], indirect=True)
def test_a_rule_on_the_ledger_between_two_steps_is_noticed(between: Between, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = "CREATE RULE takes AS ON INSERT TO _yoyo_log DO INSTEAD NOTHING"
    result = between.run(monkeypatch, 2, lambda: between.ask(rule), "up")
    assert result.code == 3 and "the ledger does not hold what was written to it" in result.err, result.err
    assert between.applied == [1, 2]


def test_a_step_that_yoyo_takes_between_two_of_ours_is_not_taken_again(
    between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = between.run(monkeypatch, 2, lambda: between.ask(*_YOYO), "up")
    assert result.code == 0, result.err
    assert between.applied == [1, 2, 3, 4, 5]
    ours = "SELECT count(*) FROM _rung_step WHERE migration_id = '" + _ID + "'"
    assert between.ask(ours) == [(0,)]


def test_a_step_that_yoyo_takes_back_between_two_of_ours_ends_the_way_down(
    between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert between.run(monkeypatch, 0, list, "up").code == 0
    result = between.run(monkeypatch, 1, lambda: between.ask(*_BACK), "down", "--all", "--yes")
    assert result.code == 3 and "another run moved the ledger meanwhile" in result.err
    assert between.applied == [1, 2, 4]


def test_a_yoyo_that_begins_between_two_steps_is_waited_for(between: Between, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[str] = [between.url.removeprefix("sqlite:///")] if between.engine == "sqlite" else []

    def begin() -> None:
        if between.engine == "sqlite":
            between.ask("CREATE TABLE yoyo_lock (locked INT DEFAULT 1, ctime TIMESTAMP, pid INT NOT NULL)")
        between.ask(f"INSERT INTO yoyo_lock (locked, ctime, pid) VALUES (1, '2030-01-01 00:00:00', {yoyo.pid})")

    # It has the file open, or a connection: for all that is known, that one is yoyo's.
    code = "import sys; files = [open(path, 'a') for path in sys.argv[1:]]; print(flush=True); sys.stdin.read()"
    with contextlib.ExitStack() as stack:
        line = [sys.executable, "-c", code, *held]
        yoyo = stack.enter_context(subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        assert yoyo.stdout and yoyo.stdout.readline()
        if between.engine == "postgresql":
            stack.enter_context(psycopg.connect(between.url))
        result = between.run(monkeypatch, 2, begin, "up")
        assert result.code == 3 and "yoyo has locked the" in result.err, result.err
        assert between.applied == [1, 2]
    between.ask("DELETE FROM yoyo_lock")
    assert between.run(monkeypatch, 0, list, "up").code == 0 and between.applied == [1, 2, 3, 4, 5]
