"""What is peculiar to DuckDB: its splitting and its places, its limits, its lock, and files that are not its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, Result, Rung, Tree, spawn

from runner import engines, examine
from runner.engines import Settings
from runner.engines.duckdb import DuckdbSession, connect, scratch
from runner.errors import LockedError
from runner.examine import Object
from runner.target import of_file

THIRD = "migrations/shop/duckdb/0003.shop-third.sql"
THERE = "SELECT 'third', 'is missing' WHERE NOT EXISTS (FROM duckdb_tables() WHERE table_name = 'third');"
TABLE = "CREATE TABLE third (id INTEGER);\n\n"

# fault: the step's SQL, its verify file's, where the message points, what it says, what to do next
BROKEN = {
    "syntax": (
        TABLE + "SELECT 'é€';\nSELECT (1;",
        THERE,
        f"{THIRD}:6:10",
        'syntax error at or near ";"',
        "correct the",
    ),
    "text never closed": (TABLE + "SELECT 'x", THERE, f"{THIRD}:5:8", "unterminated", "correct the file"),
    "no such table": (TABLE + "SELECT 1 FROM nowhere;", THERE, f"{THIRD}:5:15", "nowhere does not exist", "correct"),
    "no such table, and such a variable of the runner": (
        TABLE + "SELECT 1 FROM duckdb;",
        THERE,
        f"{THIRD}:5:15",
        "Table with name duckdb does not exist",
        "correct",
    ),
    "no such column": (
        TABLE + "SELECT length('é€') + number FROM customers;",
        THERE,
        f"{THIRD}:5:23",
        'column "number" not found',
        "correct the file",
    ),
    "exists": (TABLE + "CREATE TABLE\n    customers (id INTEGER);", THERE, f"{THIRD}:6:5", "already exists", "correct"),
    "does not fit": (
        TABLE + "INSERT INTO third VALUES (1);\n\nALTER TABLE third ALTER id SET DATA TYPE BOOLEAN[];",
        THERE,
        f"{THIRD}:7:1",
        "Unimplemented type for cast",
        "the rows that are there do not fit",
    ),
    "indexed column": (
        TABLE + "ALTER TABLE customers RENAME COLUMN name TO full_name;",
        THERE,
        f"{THIRD}:5:1",
        "entries that depend on it",
        "drop the index around the change",
    ),
    "no CHECK later": (
        TABLE + "ALTER TABLE third ADD CHECK (id > 0);",
        THERE,
        f"{THIRD}:5:1",
        "adding CHECK constraints",
        "make a table with the CHECK",
    ),
    "commits": (TABLE + "COMMIT;", THERE, f"{THIRD}:5:1", "COMMIT is not allowed in a step", "drop it"),
    "begins": ("BEGIN TRANSACTION;\n" + TABLE, THERE, f"{THIRD}:3:1", "BEGIN is not allowed", "drop it"),
    "rolls back": (TABLE + "ROLLBACK;", THERE, f"{THIRD}:5:1", "ROLLBACK is not allowed", "drop it"),
    "attaches": ("ATTACH ':memory:' AS x;\n" + TABLE, THERE, f"{THIRD}:3:1", "ATTACH is not allowed", "drop it"),
    "sets": (TABLE + "SET threads = 1;", THERE, f"{THIRD}:5:1", "SET is not allowed", "not part of the transaction"),
    "uses": (TABLE + "USE memory;", THERE, f"{THIRD}:5:1", "USE is not allowed", "not part of the transaction"),
    "pragma": (TABLE + "PRAGMA enable_profiling;", THERE, f"{THIRD}:5:1", "PRAGMA is not allowed", "not part"),
    "loads": (TABLE + "INSTALL spatial;", THERE, f"{THIRD}:5:1", "INSTALL is not allowed", "drop it"),
    "prepares": (TABLE + "PREPARE p AS SELECT 1;", THERE, f"{THIRD}:5:1", "PREPARE is not allowed", "drop it"),
    "empty": ("-- nothing", THERE, f"{THIRD}:1:1", "the file holds no statement", "write the step's SQL"),
    "verify writes": (
        TABLE,
        "INSERT INTO third VALUES (1);",
        "verify/0003.shop-third.sql:3:1",
        "no SELECT",
        "a SELECT",
    ),
    "verify writes inside": (
        TABLE,
        "WITH sly AS (INSERT INTO third VALUES (1) RETURNING id)\n\nSELECT '', '' FROM sly;",
        "verify/0003.shop-third.sql:3:1",
        "a statement that writes in a verify file, which may only read",
        "a SELECT",
    ),
    "verify moves a sequence": (
        TABLE + "CREATE SEQUENCE numbers;",
        "SELECT '' AS subject, '' AS problem WHERE nextval('numbers') > 9;",
        "verify/0003.shop-third.sql:3:1",
        "nextval() in a verify file",
        "a SELECT",
    ),
    "verify returns one column": (TABLE, "SELECT 1;", "0003.shop-third.sql:3:1", "two columns", "no rows is a pass"),
    "verify fails": (TABLE, "SELECT nocol, '';", "verify/0003.shop-third.sql:3:8", '"nocol"', "correct the verify"),
    "verify is empty": (TABLE, "-- nothing", "verify/0003.shop-third.sql:1:1", "proves nothing", "write a SELECT"),
    "verify finds": (TABLE, "SELECT 'a', 'b';", "0003.shop-third.sql:1:1", "found 1 violation", "correct the step"),
}


def third(root: Path, forward: str, verify: str = THERE, rollback: str = "DROP TABLE third;", key: str = "") -> None:
    """Write a third step into a tree."""
    folder = root / "migrations" / "shop" / "duckdb"
    texts = {
        "0003.shop-third.sql": forward,
        "0003.shop-third.rollback.sql": rollback,
        "verify/0003.shop-third.sql": verify,
    }
    for name, text in texts.items():
        keys = f"-- {key}\n" if key and not name.startswith("verify") else ""
        (folder / name).write_text(f"-- Third: a table more.\n{keys}\n{text}\n", encoding="utf-8")


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(duckdb.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def catalog(path: Path) -> list[Object]:
    session = engines.connect(of_file("duckdb", path), "read", Settings())
    try:
        return examine.objects(session)
    finally:
        session.close()


@pytest.fixture
def url(database: Path) -> str:
    return f"duckdb:///{database}"


@pytest.fixture
def shop(rung: Rung, tree: Tree, url: str, database: Path) -> Path:
    """A shop with two steps applied and rows in it; the project's root."""
    root = tree("duckdb")
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    rows(database, "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace')")
    rows(database, "INSERT INTO orders VALUES (10, 1, 'first')")
    return root


@pytest.fixture
def up(rung: Rung, shop: Path, url: str) -> Callable[[], Result]:
    return lambda: rung("up", "shop", "--project", shop, "--url", url)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_step_is_undone_and_says_where(
    fault: str, shop: Path, up: Callable[[], Result], database: Path
) -> None:
    forward, verify, where, what, then = BROKEN[fault]
    tables = "SELECT migration_id, applied_at_utc FROM _yoyo_migration"
    before = catalog(database), rows(database, "FROM customers"), rows(database, tables)
    third(shop, forward, verify)
    result = up()
    assert result.code == 3, result.out
    assert where in result.err.splitlines()[0] and what in result.err.splitlines()[0], result.err
    assert "  kept: 0003.shop-third was undone completely" in result.err
    assert then in result.err.partition("  next: ")[2], result.err
    assert (catalog(database), rows(database, "FROM customers"), rows(database, tables)) == before
    (event,) = rows(database, "SELECT operation, outcome, message FROM _rung_event WHERE outcome <> 'ok'")
    assert event[:2] == ("up", "failed") and what in event[2]
    third(shop, TABLE)
    assert up().code == 0


def test_statements_are_split_where_duckdb_says(shop: Path, up: Callable[[], Result], database: Path) -> None:
    third(
        shop,
        "CREATE TABLE third (\"begin;\" VARCHAR DEFAULT ';', note VARCHAR); -- a; b\n/* c; /* d; */ e; */\n"
        "INSERT INTO third (note) VALUES ($body$it's; --\n$body$), (e'it\\'s;'), ('é;');;",
    )
    result = up()
    assert result.code == 0, result.err
    assert rows(database, "FROM third") == [(";", "it's; --\n"), (";", "it's;"), (";", "é;")]


def test_spaces_that_duckdb_makes_plain_do_not_confuse_it(shop: Path, up: Callable[[], Result], database: Path) -> None:
    second = shop / "migrations" / "shop" / "duckdb" / "0002.shop-orders.sql"
    for end in (".sql", ".rollback.sql"):
        text = "DROP TABLE odd;" if "back" in end else "CREATE\u00a0TABLE odd (note VARCHAR DEFAULT 'a\u00a0b');"
        third = second.with_name(f"0003.shop-odd{end}")
        third.write_text(f"-- Odd: spaces of several kinds.\n\n{text}\n", encoding="utf-8")
    verify = second.parent / "verify"
    (verify / "0003.shop-odd.sql").write_bytes((verify / "0002.shop-orders.sql").read_bytes())
    assert up().code == 0
    rows(database, "INSERT INTO odd DEFAULT VALUES")
    assert rows(database, "SELECT note FROM odd") == [("a\u00a0b",)]


def test_a_step_outside_a_transaction_is_one_statement(shop: Path, up: Callable[[], Result]) -> None:
    nothing = "SELECT '' AS subject, '' AS problem WHERE FALSE;"
    third(shop, "CHECKPOINT;\n\nVACUUM;", nothing, key="transactional: false")
    result = up()
    assert result.code == 3 and "0003.shop-third.sql:6:1" in result.err and "holds 2" in result.err
    third(shop, "CHECKPOINT;", nothing, rollback="CHECKPOINT;", key="transactional: false")
    assert up().code == 0


def test_foreign_keys_off_is_a_key_for_sqlite(shop: Path, up: Callable[[], Result]) -> None:
    third(shop, TABLE, key="foreign_keys: off")
    result = up()
    assert result.code == 2 and f"{THIRD}:2:1: `foreign_keys:` is for sqlite" in result.err


def test_a_step_runs_in_utc_whatever_the_machine_says(shop: Path, database: Path, url: str) -> None:
    third(shop, "CREATE TABLE third AS SELECT CAST(TIMESTAMPTZ '2026-01-01 12:00+00' AS TIMESTAMP) AS noon;")
    environment = {"PATH": "/usr/bin:/bin", "TZ": "Asia/Kolkata"}
    result = spawn("up", "shop", "--project", shop, "--url", url, env=environment, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    assert str(rows(database, "FROM third")[0][0]) == "2026-01-01 12:00:00"


def test_a_hard_dry_run_changes_nothing(rung: Rung, shop: Path, database: Path, url: str) -> None:
    third(shop, TABLE)
    before = database.read_bytes()
    for command in ("up", "down"):
        result = rung(command, "shop", "--project", shop, "--url", url, "--dry-run", "--verbose")
        assert result.code == 0 and "The database is as it was." in result.out, result.err
        assert database.read_bytes() == before and not database.with_name("test.db.wal").exists()


@pytest.mark.parametrize("command", ["status", "verify", "history"])
def test_reading_commands_change_no_byte_and_share_the_file(
    command: str, rung: Rung, shop: Path, database: Path, url: str
) -> None:
    before = database.read_bytes()
    with another_process(database, "read_only=True"):
        result = rung(command, "shop", "--project", shop, "--url", url)
    assert result.code == 0, result.err
    assert database.read_bytes() == before


@contextlib.contextmanager
def another_process(database: Path, options: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process that has the database open while this lasts."""
    opened = f"c = duckdb.connect({str(database)!r}, {options})"
    code = f"import duckdb, sys; {opened}; print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout and other.stdout.readline() == "open\n"
        yield other
        assert other.stdin
        other.stdin.close()


def test_a_file_that_another_process_holds_is_named_with_its_pid(
    rung: Rung, shop: Path, database: Path, url: str
) -> None:
    third(shop, TABLE)
    with another_process(database) as other:
        for command in ("up", "status", "verify", "down"):
            result = rung(command, "shop", "--project", shop, "--url", url, "--lock-timeout", "0.1")
            assert result.code == 3
            assert f"the database is locked by process {other.pid} (python" in result.err, result.err
            assert "(waited 0.1 s)" in result.err and "--lock-timeout SECONDS waits longer" in result.err


def test_a_lock_that_is_let_go_in_time_is_waited_for(shop: Path, database: Path, url: str) -> None:
    third(shop, TABLE)
    with another_process(database) as other:
        command = [
            sys.executable,
            "-m",
            "runner",
            "up",
            "shop",
            "--project",
            str(shop),
            "--url",
            url,
            "--lock-timeout",
            "30",
        ]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(0.7)
            assert other.stdin
            other.stdin.close()
            out, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 0, err
    assert "1 step applied and verified" in out


def test_several_first_runs_at_once_apply_each_step_once(tree: Tree, database: Path, url: str) -> None:
    root = tree("duckdb")
    command = [
        sys.executable,
        "-m",
        "runner",
        "up",
        "shop",
        "--project",
        str(root),
        "--url",
        url,
        "--lock-timeout",
        "60",
    ]
    runs = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
    assert [(run.communicate(timeout=120)[1], run.returncode) for run in runs] == [(b"", 0)] * 6
    assert rows(database, "SELECT count(*), count(DISTINCT migration_id) FROM _rung_event") == [(2, 2)]


def test_a_connection_of_this_very_process_is_told_apart(database: Path) -> None:
    with contextlib.closing(duckdb.connect(database)), pytest.raises(LockedError, match="this very process"):
        engines.connect(of_file("duckdb", database), "read", Settings(lock_timeout_ms=50))


def checksum(block: bytes) -> int:
    """DuckDB's checksum of a block: its 64-bit words, each hashed by a multiplication, folded together."""
    folded = 5381
    for (word,) in struct.iter_unpack("<Q", block):
        folded ^= word * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    return folded


def of_a_newer_version(path: Path) -> None:
    """A file that says of itself that a DuckDB of the future wrote it."""
    duckdb.connect(path).close()
    raw = bytearray(path.read_bytes())
    assert struct.unpack_from("<Q", raw)[0] == checksum(raw[8:4096]), "the checksum is not what this test thinks"
    (version,) = struct.unpack_from("<Q", raw, 12)
    struct.pack_into("<Q", raw, 12, version + 100_000)
    struct.pack_into("<Q", raw, 0, checksum(raw[8:4096]))
    path.write_bytes(raw)


def of_sqlite(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")


def damaged(path: Path) -> None:
    with contextlib.closing(duckdb.connect(path)) as connection:
        connection.execute("CREATE TABLE t AS FROM range(100000)")
    raw = bytearray(path.read_bytes())
    raw[20] ^= 0xFF
    path.write_bytes(raw)


@pytest.mark.parametrize(
    ("make", "what", "then"),
    [
        (
            of_a_newer_version,
            f"was written by a newer DuckDB than this one ({duckdb.__version__})",
            "update the duckdb",
        ),
        (of_sqlite, "this file is a SQLite database, not a DuckDB database", "check the path"),
        (lambda path: path.write_bytes(b"no database " * 9), "this file is not a DuckDB database", "check the path"),
        (lambda path: path.touch(), "this file is empty, not a DuckDB database", "check the path"),
        (damaged, "the database is corrupt (", "restore a backup"),
        (lambda path: path.mkdir(), "this is a directory", "name a file in it"),
    ],
    ids=["newer", "SQLite", "text", "empty", "damaged", "directory"],
)
def test_a_file_that_is_not_duckdbs(
    make: Callable[[Path], None], what: str, then: str, rung: Rung, tree: Tree, url: str, database: Path
) -> None:
    make(database)
    before = database.read_bytes() if database.is_file() else b""
    for command in ("up", "status", "down"):
        result = rung(command, "shop", "--project", tree("duckdb") if command == "up" else tmp(database), "--url", url)
        assert result.code == 3 and what in result.err and then in result.err, result.err
        assert len(result.err.splitlines()) == 2
    assert (database.read_bytes() if database.is_file() else b"") == before


def tmp(database: Path) -> Path:
    return database.parent / "project"


def test_missing_files_and_folders(rung: Rung, tree: Tree, database: Path, url: str) -> None:
    root = tree("duckdb")
    result = rung("status", "shop", "--project", root, "--url", url)
    assert result.code == 3 and "there is no such database" in result.err and not database.exists()
    result = rung("up", "shop", "--project", root, "--url", f"duckdb:///{database.parent}/none/x.db")
    assert result.code == 3 and "mkdir -p" in result.err


def test_a_file_in_the_format_of_duckdb_1_holds_no_triggers_and_says_the_way_out(
    rung: Rung, tree: Tree, database: Path, url: str
) -> None:
    root = tree("duckdb")
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute(f"ATTACH '{database}' AS old (STORAGE_VERSION 'v1.0.0')")
        connection.execute("CREATE TABLE old.workflow_records (id INTEGER)")
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 3
    assert "0002.shop-orders.sql:11:1: DuckDB says: CREATE TRIGGER is only supported" in result.err
    assert "COPY FROM DATABASE into a file made by DuckDB 2.0" in result.err
    assert "the step before it stays applied" in result.err, "a step without triggers is fine there"
    # The way out, as the message says it.
    renewed = database.with_name("renewed.db")
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute(f"ATTACH '{database}' AS old (READ_ONLY); ATTACH '{renewed}' AS new")
        connection.execute("COPY FROM DATABASE old TO new")
    assert rung("up", "shop", "--project", root, "--url", f"duckdb:///{renewed}").code == 0
    assert rows(renewed, "SELECT count(*) FROM _yoyo_migration") == [(2,)]


def test_the_log_of_events_is_append_only_also_after_reopening(shop: Path, database: Path) -> None:
    for statement in ("DELETE FROM _rung_event", "UPDATE _rung_event SET outcome = 'ok'", "TRUNCATE _rung_event"):
        with pytest.raises(duckdb.Error, match="_rung_event is append-only"):
            rows(database, statement)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupt_undoes_the_step_and_says_so(number: signal.Signals, shop: Path, database: Path, url: str) -> None:
    third(shop, TABLE + "SELECT count(*) FROM range(1000000000000) AS r WHERE hash(r) = 3;")
    code = f"""
        import os, threading, time
        from runner import cli, climb
        from runner.engines import duckdb as engine
        run_script = engine.DuckdbSession.run_script
        def interrupted(session, file):
            threading.Timer(0.3, os.kill, (os.getpid(), {int(number)})).start()
            return run_script(session, file)
        engine.DuckdbSession.run_script = interrupted
        raise SystemExit(cli.main())
    """
    command = [sys.executable, "-c", textwrap.dedent(code), "up", "shop", "--project", str(shop), "--url", url]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 130, result.stderr
    assert "interrupted during 0003.shop-third" in result.stderr
    assert "kept: 0003.shop-third was undone completely" in result.stderr
    assert not rows(database, "FROM duckdb_tables() WHERE table_name = 'third'")
    assert rows(database, "SELECT outcome FROM _rung_event ORDER BY id DESC LIMIT 1") == [("interrupted",)]


@pytest.fixture
def session(database: Path) -> Iterator[DuckdbSession]:
    """A session in a process where Ctrl-C raises KeyboardInterrupt, also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    found = connect(of_file("duckdb", str(database)), "create", Settings())
    yield found
    found.close()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def pressed(session: DuckdbSession, *, stops: bool) -> threading.Thread:
    """Presses Ctrl-C twice as soon as a statement runs: one that may be stopped, or one that may not."""

    def press() -> None:
        signals = session._signals
        while not signals._running or signals._may_stop != stops:
            pass
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


def test_signals_end_the_statement_that_runs_and_not_the_next(session: DuckdbSession) -> None:
    for _ in range(20):
        thread = pressed(session, stops=True)
        try:
            session.query("SELECT count(*) FROM range(1000000000000) AS r WHERE hash(r) = 3")
        except KeyboardInterrupt:
            # At once: the thread that ended the statement may be late.
            assert session.query("SELECT count(*) FROM range(3000000) AS r WHERE hash(r) <> 3") == [(3000000,)]
        else:
            pytest.fail("Ctrl-C was swallowed")
        thread.join()


def test_a_signal_is_heard_beside_sessions_that_are_closed(session: DuckdbSession) -> None:
    other = scratch(Settings())
    session.close()
    thread = pressed(other, stops=True)
    with pytest.raises(KeyboardInterrupt):
        other.query("SELECT count(*) FROM range(1000000000000) AS r WHERE hash(r) = 3")
    thread.join()
    other.close()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_a_signal_waits_for_the_end_of_a_commit(session: DuckdbSession, database: Path) -> None:
    session.begin()
    session.query("CREATE TABLE third AS SELECT r FROM range(2000000) AS t(r)")
    thread = pressed(session, stops=False)
    with pytest.raises(KeyboardInterrupt):
        session.commit()
    thread.join()
    session.close()
    assert rows(database, "SELECT count(*) FROM third") == [(2000000,)]


def test_the_catalog_is_all_that_duckdb_holds_and_can_be_made_again_from_its_definitions(
    shop: Path, up: Callable[[], Result], database: Path, rung: Rung, url: str
) -> None:
    third(
        shop,
        "CREATE TYPE mood AS ENUM ('good', 'it''s');\nCREATE SEQUENCE numbers START 5;\n"
        "CREATE TABLE third (id INTEGER DEFAULT nextval('numbers'), mood mood);\n"
        "CREATE MACRO twice(x) AS x * 2;\nCREATE MACRO several(n) AS TABLE SELECT r FROM range(n) AS t(r);\n"
        "CREATE SCHEMA side;\nCREATE TABLE side.other (a INTEGER);\n"
        "CREATE VIEW v AS SELECT twice(id) AS d FROM third;\n"
        "COMMENT ON TABLE third IS 'it''s third';\nCOMMENT ON COLUMN third.mood IS 'how';\n",
        rollback="DROP VIEW v;\nDROP SCHEMA side CASCADE;\nDROP MACRO TABLE several;\nDROP MACRO twice;\n"
        "DROP TABLE third;\nDROP SEQUENCE numbers;\nDROP TYPE mood;",
    )
    below = catalog(database)
    assert up().code == 0
    rows(database, "SELECT nextval('numbers')")
    found = [item for item in catalog(database) if item not in below]
    assert [(item.kind, item.name) for item in found] == [
        ("schema", "side"),
        ("type", "mood"),
        ("sequence", "numbers"),
        ("macro", "several"),
        ("macro", "twice"),
        ("table", "third"),
        ("table", "side.other"),
        ("view", "v"),
        ("comment", "third"),
        ("comment", "third.mood"),
    ]
    with contextlib.closing(duckdb.connect()) as connection:
        for item in found:
            connection.execute(item.definition)
    assert rung("down", "shop", "--project", shop, "--url", url).code == 0
    assert catalog(database) == below


def test_demo_climbs_a_duckdb_family(rung: Rung, tree: Tree) -> None:
    root = tree("duckdb")
    shutil.rmtree(root / "migrations" / "shop" / "sqlite")
    (root / "sql" / "seed" / "shop").mkdir(parents=True)
    (root / "sql" / "seed" / "shop" / "duckdb.sql").write_text(
        "-- Rows: one.\n\nINSERT INTO customers VALUES (1, 'Ada');\n"
    )
    result = rung("demo", "shop", "--project", root)
    assert result.code == 0, result.out + result.err
    assert "1 rows written" in result.out and "rung up shop --url duckdb:///my.db" in result.out


def test_without_the_driver_the_message_says_how_to_get_it(shop: Path, url: str) -> None:
    code = "import sys; sys.modules['duckdb'] = None; from runner import cli; raise SystemExit(cli.main())"
    command = [sys.executable, "-c", code, "status", "shop", "--project", str(shop), "--url", url]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 3 and "the driver for duckdb is not installed" in result.stderr
    assert "pip install 'rung[duckdb]'" in result.stderr


def test_a_copy_that_lost_its_triggers_gets_those_of_the_ledger_back(
    shop: Path, database: Path, rung: Rung, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with contextlib.closing(duckdb.connect()) as connection:
        connection.execute(
            f"ATTACH '{database}' AS old (READ_ONLY); ATTACH '{copy}' AS new; COPY FROM DATABASE old TO new"
        )
    assert rows(copy, "FROM duckdb_triggers()") == [], "DuckDB leaves triggers behind"
    third(shop, TABLE)
    assert rung("up", "shop", "--project", shop, "--url", f"duckdb:///{copy}").code == 0
    with pytest.raises(duckdb.Error, match="_rung_event is append-only"):
        rows(copy, "DELETE FROM _rung_event")
