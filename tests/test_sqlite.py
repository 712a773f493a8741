"""What is peculiar to SQLite: settings, splitting, rebuilds, locks, and files that are not what they should be."""

from __future__ import annotations

import contextlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Rung, Tree, catalog, rows, write

from runner.engines.sqlite import Digest, SqliteSession, statements


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("SELECT 1; SELECT 2;", ["SELECT 1;", "SELECT 2;"]),
        ("SELECT ';'; SELECT \";\"; SELECT [;];", ["SELECT ';';", 'SELECT ";";', "SELECT [;];"]),
        ("-- a; b\n/* c; d */ SELECT 1 -- e;\n;", ["SELECT 1 -- e;\n;"]),
        (
            "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 2; END; SELECT 3",
            ["CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 2; END;", "SELECT 3"],
        ),
        ('CREATE TABLE b ("begin" TEXT, "end" TEXT); SELECT "end" FROM b;', None),
        (";;\n;", []),
        ("-- nothing\n", []),
        ("SELECT 'never closed; SELECT 2;", ["SELECT 'never closed; SELECT 2;"]),
    ],
)
def test_scripts_are_split_where_sqlite_says(script: str, expected: list[str] | None) -> None:
    found = list(statements(script))
    if expected is not None:
        assert [sql for _, sql in found] == expected
    for offset, sql in found:
        assert script[offset:].startswith(sql)
    if expected is None:
        with sqlite3.connect(":memory:") as connection:
            for _, sql in found:
                connection.execute(sql)
        connection.close()
        assert len(found) == 2


def test_every_sql_file_of_ours_splits_into_what_sqlite_runs() -> None:
    for path in sorted((ROOT / "migrations").glob("*/sqlite/*.sql")):
        for _, sql in statements(path.read_text(encoding="utf-8")):
            assert sqlite3.complete_statement(sql), path


def test_the_runner_sets_wal_which_stays_and_the_settings_of_its_connection(
    rung: Rung, url: str, database: Path, tree: Tree
) -> None:
    root = tree("good-third")
    for file in (root / "migrations").rglob("verify/0003*"):
        file.write_text(
            "-- Settings verified: as the runner promises.\n\n"
            "SELECT 'foreign_keys', foreign_keys FROM pragma_foreign_keys WHERE foreign_keys <> 1;\n"
            "SELECT 'synchronous', synchronous FROM pragma_synchronous WHERE synchronous <> 2;\n"
            "SELECT 'timeout', timeout FROM pragma_busy_timeout WHERE timeout <> 1500;\n"
        )
    result = rung("up", "shop", "--project", root, "--url", url, "--lock-timeout", "1.5")
    assert result.code == 0, result.err
    assert rows(database, "PRAGMA journal_mode") == [("wal",)]


def shop_with_rows(rung: Rung, root: Path, url: str, database: Path) -> None:
    assert rung("up", "shop", "--project", root, "--url", url, "--to", "0002").code == 0
    write(
        database,
        "INSERT INTO customers (id, name) VALUES (1, 'Ada'), (2, 'Grace')",
        "INSERT INTO orders (id, customer_id, note) VALUES (10, 1, 'first'), (11, 2, 'second')",
    )


def test_a_rebuild_keeps_the_rows_that_refer_to_the_table(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree("rebuild")
    shop_with_rows(rung, root, url, database)
    before = catalog(database)
    orders = rows(database, "SELECT * FROM orders")
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 0, result.err
    assert rows(database, "SELECT * FROM orders") == orders
    with pytest.raises(sqlite3.IntegrityError, match="customers_name_check"):
        write(database, "INSERT INTO customers (name) VALUES ('')")
    assert rung("down", "shop", "--project", root, "--url", url).code == 0
    assert rows(database, "SELECT * FROM orders") == orders
    # SQLite quotes a table's name when it is renamed; nothing else differs.
    assert [(k, n, d.replace('"', "")) for k, n, d in catalog(database)] == before


def test_a_rebuild_that_loses_rows_is_undone(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree("rebuild-loses-rows")
    shop_with_rows(rung, root, url, database)
    before = catalog(database), rows(database, "SELECT * FROM customers")
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 3
    assert "would leave references to nothing: 1 of them" in result.err
    assert "orders rowid 10: customer_id refers to a row of customers that does not exist" in result.err
    assert (catalog(database), rows(database, "SELECT * FROM customers")) == before


def test_without_the_header_key_a_rebuild_cascades_and_so_the_key_is_asked_for(
    rung: Rung, tree: Tree, url: str, database: Path
) -> None:
    # The trap itself, on the bare engine: inside a transaction the pragma does nothing.
    root = tree("rebuild")
    shop_with_rows(rung, root, url, database)
    script = (root / "migrations/shop/sqlite/0003.shop-customer-names.sql").read_text()
    with sqlite3.connect(database, isolation_level=None) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        connection.execute("PRAGMA foreign_keys = OFF")
        for _, sql in statements(script):
            connection.execute(sql)
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)
        connection.execute("ROLLBACK")
    connection.close()


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("missing/test.db", None, "the directory"),
        ("notes.txt", b"These are the notes of somebody and no database at all.\n" * 40, "is not a SQLite database"),
        ("folder", "folder", "this is a directory"),
    ],
)
def test_a_file_that_cannot_be_a_database(
    name: str, content: bytes | str | None, what: str, rung: Rung, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    result = rung("up", "ggen", "--url", f"sqlite:///{path}")
    assert result.code == 3, result.err
    assert what in result.err.splitlines()[0] and "  next: " in result.err
    assert len(result.err.splitlines()) <= 3
    if isinstance(content, bytes):
        assert path.read_bytes() == content


@pytest.mark.parametrize("command", ["status", "verify", "down", "history"])
def test_a_database_that_is_not_there_is_not_made(command: str, rung: Rung, url: str, database: Path) -> None:
    result = rung(command, "ggen", "--url", url)
    assert result.code == 3 and "there is no such database" in result.err
    assert not database.exists()


def test_a_corrupt_database_is_called_corrupt(rung: Rung, url: str, database: Path) -> None:
    rung("up", "ggen", "--url", url)
    raw = bytearray(database.read_bytes())
    raw[100:4096] = b"\xff" * 3996
    database.write_bytes(raw)
    for command in ("up", "status", "verify"):
        result = rung(command, "ggen", "--url", url)
        assert result.code == 3 and "the database is corrupt" in result.err, result.err
    assert database.read_bytes() == bytes(raw)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_database_that_cannot_be_written_is_called_read_only(what: str, everybodys: Path) -> None:
    folder = everybodys / "data"
    folder.mkdir()
    database = folder / "test.db"
    write(database, "CREATE TABLE of_somebody_else (x)")
    before = database.read_bytes()
    database.chmod(0o444)
    if what == "folder":
        folder.chmod(0o555)
    result = unprivileged("up", "ggen", "--url", f"sqlite:///{database}")
    assert result.returncode == 3, result.stderr
    assert re.search("the database is read-only|cannot open the file", result.stderr), result.stderr
    assert "check the permissions" in result.stderr and "Traceback" not in result.stderr
    assert database.read_bytes() == before
    folder.chmod(0o755)


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """A folder that somebody without root's rights can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="rung-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def unprivileged(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run rung as somebody whom permissions bind: root gives up its rights once everything is imported."""
    script = (
        "import os, sys, runner.cli\n"
        "assert runner.cli.run(['demo', '--quiet']) == 0  # Imports whatever a run needs.\n"
        "if os.getuid() == 0:\n"
        "    os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "sys.exit(runner.cli.run(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_locked_database_names_its_holder_and_is_left_alone(rung: Rung, url: str, database: Path) -> None:
    rung("up", "ggen", "--url", url, "--to", "0004")
    with Holder(database) as holder:
        result = rung("up", "ggen", "--url", url, "--lock-timeout", "0.1")
        assert result.code == 3
        assert "the database is locked by" in result.err and "(waited 0.1 s)" in result.err
        assert "0005.ggen-collision-detection was not begun" in result.err
        if Path("/proc/locks").exists() and str(holder.pid) in Path("/proc/locks").read_text():
            assert f"process {holder.pid} (python" in result.err, result.err
        # Readers are not in the way of a writer, nor it in theirs.
        assert rung("status", "ggen", "--url", url).code == 0
        assert rung("verify", "ggen", "--url", url).code == 0
    assert rung("up", "ggen", "--url", url).code == 0


class Holder:
    """Another process that holds the write lock of a database until the end of the block."""

    _SCRIPT = (
        "import sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )

    def __init__(self, database: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", self._SCRIPT, str(database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def __enter__(self) -> Holder:
        assert self._process.stdout and self._process.stdout.readline() == "held\n"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def test_many_at_once_apply_each_step_once(url: str, database: Path) -> None:
    command = [sys.executable, "-m", "runner", "up", "ggen", "--url", url, "--lock-timeout", "30"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(8)]
    results = [(run.communicate(timeout=60), run.returncode) for run in runs]
    assert [code for _, code in results] == [0] * 8, [err for (_, err), code in results if code]
    assert rows(database, "SELECT count(*), count(DISTINCT migration_id) FROM _rung_event") == [(8, 8)]
    assert rows(database, "SELECT count(*) FROM _yoyo_log") == [(8,)]


ENDLESS = (
    "-- Third: a table more.\n\nCREATE TABLE third (id INTEGER);\n\n"
    "INSERT INTO third (id) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT max(i) FROM n;\n"
)


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_undoes_the_step_under_way_and_is_recorded(
    signal_number: int, rung: Rung, tree: Tree, url: str, database: Path
) -> None:
    root = tree("good-third")
    (root / "migrations/shop/sqlite/0003.shop-third.sql").write_text(ENDLESS)
    # SQLite itself tells when the endless statement runs. Where the tests run in the background SIGINT is ignored,
    # and a child would inherit that.
    script = (
        "import signal, sqlite3, sys, runner.cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "connect = sqlite3.connect\n"
        "def traced(*arguments, **options):\n"
        "    connection = connect(*arguments, **options)\n"
        "    connection.set_trace_callback(lambda sql: 'RECURSIVE' in sql and print('endless', flush=True))\n"
        "    return connection\n"
        "sqlite3.connect = traced\n"
        "sys.exit(runner.cli.run(sys.argv[1:]))\n"
    )
    command = [sys.executable, "-c", script, "up", "shop", "--project", root, "--url", url, "--quiet"]
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout and run.stderr and run.stdout.readline() == "endless\n"
        for _ in range(10):
            # Again, as an impatient user would, should the first come while the trace callback has the word.
            run.send_signal(signal_number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(timeout=2)
                break
        run.kill()
        err = run.stderr.read()
    assert run.returncode == 130, err
    assert "interrupted during 0003.shop-third" in err
    assert "0003.shop-third was undone completely; the 2 steps before it stay applied" in err
    assert "third" not in {name for _, name, _ in catalog(database)}
    assert rows(database, "SELECT migration_id, outcome FROM _rung_event WHERE outcome <> 'ok'") == [
        ("0003.shop-third", "interrupted")
    ]


# What SQLite asks about: functions, tables, columns, other schemas' words, and what modules of its own write.
ASKING = """-- Third: much that SQLite asks about while it compiles.

CREATE TABLE third (id integer PRIMARY KEY, name text CHECK (length(name) < 9) DEFAULT (lower('A')));

CREATE INDEX third_name ON third (upper(name)) WHERE abs(id) > 1;

CREATE VIEW named AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)
SELECT t.id, hex(t.name) AS name, n.i FROM third AS t, n;

CREATE TRIGGER third_named AFTER INSERT ON third BEGIN UPDATE third SET name = trim(new.name) WHERE id = new.id; END;

INSERT INTO third (id, name) SELECT i, name FROM named;

CREATE VIRTUAL TABLE words USING fts5 (word);

INSERT INTO words SELECT 'word' || id FROM third;

ALTER TABLE third RENAME COLUMN name TO called;

ALTER TABLE third ADD COLUMN more integer DEFAULT (1);

DROP TABLE words;
"""
ASKED = """-- Third verified: what is there can be read.

SELECT id AS subject, 'there' AS problem FROM named WHERE abs(id) < 0 GROUP BY id HAVING count(*) > total(id);
"""


def test_ctrl_c_while_sqlite_asks_about_a_statement_is_not_called_a_fault_of_it(
    rung: Rung, tree: Tree, url: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree("good-third")
    of = ["shop", "--project", root, "--url", url]
    assert rung("up", *of, "--to", "2").code == 0
    (root / "migrations/shop/sqlite/0003.shop-third.sql").write_text(ASKING)
    (root / "migrations/shop/sqlite/verify/0003.shop-third.sql").write_text(ASKED)
    authorize, before = SqliteSession._authorize, catalog(database)
    asked: list[int] = []

    def pressed(session: SqliteSession, action: int, *about: Any) -> int:
        asked.append(action)
        if len(asked) == moment:
            raise KeyboardInterrupt
        return authorize(session, action, *about)

    monkeypatch.setattr(SqliteSession, "_authorize", pressed)
    moment = 0
    while True:
        moment += 1
        asked.clear()
        result = rung("up", *of)
        if len(asked) < moment:
            break
        assert result.code == 130 and "interrupted during 0003.shop-third" in result.err, (asked[-1], result.err)
        assert catalog(database) == before
    assert result.code == 0 and moment > 100
    outcomes = rows(database, "SELECT outcome, count(*) FROM _rung_event WHERE migration_id LIKE '0003%' GROUP BY 1")
    assert outcomes == [("interrupted", moment - 1), ("ok", 1)]


def test_ctrl_c_while_rows_are_compared_ends_a_drill(
    rung: Rung, tree: Tree, url: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    of = ["shop", "--project", tree(), "--url", url]
    assert rung("up", *of).code == 0
    write(database, "INSERT INTO customers (name) VALUES ('a')")
    monkeypatch.setattr(Digest, "step", pressed)
    result = rung("drill", *of)
    assert result.code == 130 and "interrupted" in result.err, result.err


def test_paths_with_odd_characters(rung: Rung, tmp_path: Path) -> None:
    folder = tmp_path / "a b%20c?d#é"
    folder.mkdir()
    from urllib.parse import quote

    url = f"sqlite:///{quote(str(folder / 'x y.db'))}"
    assert rung("up", "ggen", "--url", url).code == 0
    assert rung("status", "ggen", "--url", url, "--exit-code").code == 0
    assert (folder / "x y.db").exists()


def test_a_relative_url_is_relative_to_the_working_directory(
    rung: Rung, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert rung("up", "ggen", "--url", "sqlite:///here.db").code == 0
    assert (tmp_path / "here.db").exists()


def test_a_sqlite_that_is_too_old_is_named(rung: Rung, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 1))
    result = rung("up", "ggen", "--url", url)
    assert result.code == 3 and "rung needs 3.35.0 or later" in result.err


def test_a_first_run_that_cannot_switch_to_wal_waits_and_then_says_so(rung: Rung, url: str, database: Path) -> None:
    write(database, "CREATE TABLE of_somebody_else (x)")
    with Holder(database):
        result = rung("up", "ggen", "--url", url, "--lock-timeout", "0.1")
    assert result.code == 3 and "the database is locked by" in result.err and "Traceback" not in result.err
    assert rung("up", "ggen", "--url", url).code == 0
