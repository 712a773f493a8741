"""Faults of the machine, the server, the network and the ledger: each ends in one message and the documented exit code,
nothing is lost, and the next run completes once the fault is gone."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import psycopg
import pytest
from conftest import ROOT, Result, Tree, call
from servers import Servers, waiting

from runner import engines, examine, ledger, throwaway
from runner.climb import Progress
from runner.engines import Session, Settings
from runner.engines import sqlite as sqlite_engine
from runner.examine import Object
from runner.ledger import Actor
from runner.report import Report
from runner.target import parse
from runner.throwaway import Server

ENGINES = ("sqlite", "duckdb", "postgresql")
ACTOR = Actor("tester", "here", "run")
TABLE = "CREATE TABLE third (id INTEGER);"
NOTHING = "SELECT '' AS subject, '' AS problem WHERE 1 = 0;"


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that another process brings about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        threading.Event().wait(0.02)


def told(result: Result, *words: str, code: int = 3) -> Result:
    """The result of a run that failed: by one message, which says all of this, and by no fault of rung's own."""
    assert result.code == code, result.out + result.err
    assert [line[:6] for line in result.err.splitlines()].count("rung: ") == 1, result.err
    for word in words:
        assert word in result.err, result.err
    for word in ("Traceback", "a fault in rung itself", "Exception ignored"):
        assert word not in result.out + result.err, result.err
    return result


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """Run statements as an application or a DBA would; the rows of the last one."""
    path = url.partition(":///")[2]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            *before, last = [part for part in query.split(";") if part.strip()]
            connection.executescript(";".join(before))
            return connection.execute(last).fetchall()
    if url.startswith("duckdb"):
        with closing(duckdb.connect(path)) as duck:
            return duck.execute(query).fetchall()
    with psycopg.connect(url, autocommit=True) as server:
        cursor = server.execute(query)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


@dataclass(frozen=True, slots=True)
class Shop:
    """A family of steps on a database: the first two applied, with rows in their tables, unless it is bare."""

    engine: str
    url: str
    root: Path

    def rung(self, command: str, *options: object) -> Result:
        return call(command, "shop", "--project", self.root, "--url", self.url, *options)

    def line(self, command: str, *options: object) -> list[str]:
        """The same as a command line."""
        line = [sys.executable, "-m", "runner", command, "shop", "--project", self.root, "--url", self.url, *options]
        return [str(part) for part in line]

    def spawn(self, command: str, *options: object, **how: Any) -> Result:
        """Run it as a process of its own, with other streams and limits than ours."""
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | how
        run = subprocess.run(self.line(command, *options), cwd=ROOT, text=True, check=False, timeout=60, **how)
        return Result(run.returncode, run.stdout or "", run.stderr or "")

    def third(self, sql: str = TABLE, verify: str = NOTHING) -> None:
        """Write a third step into the tree."""
        folder = self.root / "migrations" / "shop" / self.engine
        rollback = "DROP TABLE third;"
        for name, text in (("", sql), (".rollback", rollback), ("verify", verify)):
            path = folder / ("verify/0003.shop-third.sql" if name == "verify" else f"0003.shop-third{name}.sql")
            keys = "-- loses: third\n" if name == ".rollback" else ""
            path.write_text(f"-- Third: a table more.\n{keys}\n{text}\n", encoding="utf-8")

    @property
    def state(self) -> tuple[object, ...]:
        """The catalog, the rows, and what the ledger says is applied."""
        objects = self.objects
        tables = sorted(item.name for item in objects if item.kind == "table")
        found = [sorted(rows(self.url, f"SELECT * FROM {name}")) for name in tables]
        applied = rows(self.url, "SELECT migration_id, applied_at_utc FROM _yoyo_migration ORDER BY migration_id")
        return objects, found, applied

    @property
    def objects(self) -> tuple[Object, ...]:
        """The catalog without the ledger."""
        with closing(engines.connect(parse(self.url), "read", Settings())) as session:
            return tuple(examine.objects(session))

    @property
    def applied(self) -> list[str]:
        """The numbers of the steps that the ledger says are applied."""
        return [name[:4] for (name,) in rows(self.url, "SELECT migration_id FROM _yoyo_migration ORDER BY 1")]

    def completes(self) -> None:
        """The next run completes, now that the fault is gone, and the rows are still there."""
        result = self.rung("up")
        assert result.code == 0, result.err
        assert self.applied == ["0001", "0002", "0003"]
        assert rows(self.url, "SELECT name FROM customers ORDER BY id") == [("Ada",), ("Grace",)]
        assert self.rung("verify").code == 0


@pytest.fixture
def bare(request: pytest.FixtureRequest, tree: Tree, tmp_path: Path, servers: Servers) -> Iterator[Shop]:
    """A shop on an engine, of which no step is applied."""
    engine = request.param
    root = tree(engine) if engine != "sqlite" else tree()
    if engine == "postgresql":
        with servers.database(servers.first) as url:
            yield Shop(engine, url, root)
    else:
        (tmp_path / "data").mkdir()
        yield Shop(engine, f"{engine}:///{tmp_path}/data/shop.db", root)


@pytest.fixture
def shop(bare: Shop) -> Shop:
    """The same with two steps applied and rows in it, and a third to come."""
    return stocked(bare)


def stocked(shop: Shop) -> Shop:
    assert shop.rung("up", "--to", "2").code == 0
    rows(shop.url, "INSERT INTO customers (id, name) VALUES (1, 'Ada'), (2, 'Grace')")
    shop.third()
    return shop


on_each = pytest.mark.parametrize("bare", ENGINES, indirect=True)
on_files = pytest.mark.parametrize("bare", ["sqlite", "duckdb"], indirect=True)
on_sqlite = pytest.mark.parametrize("bare", ["sqlite"], indirect=True)
on_duckdb = pytest.mark.parametrize("bare", ["duckdb"], indirect=True)
on_server = pytest.mark.parametrize("bare", ["postgresql"], indirect=True)


# What the words go to.


@pytest.mark.parametrize(
    ("bare", "option"),
    [("sqlite", []), ("sqlite", ["--json"]), ("duckdb", []), ("postgresql", [])],
    indirect=["bare"],
)
def test_a_full_disk_below_stdout_stops_no_migration(option: list[str], shop: Shop) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        result = shop.spawn("up", *option, stdout=full)
        told(result, "the output cannot be written: No space left on device", "kept: what was done; only the words")
        assert shop.applied == ["0001", "0002", "0003"], "the step is applied, whatever becomes of the words about it"
        nothing = shop.spawn("status", *option, stdout=full, stderr=full)
        assert nothing.code == 3, "nobody can be told, but the exit code says it"
    shop.completes()


@on_sqlite
def test_a_full_disk_below_the_log_is_told_once_and_the_run_goes_on(shop: Shop) -> None:
    result = shop.spawn("up", "--log-file", "/dev/full")
    assert result.code == 0, result.err
    words = "the log cannot be written any more: No space left on device; the rest goes on"
    assert result.err == f"rung: /dev/full: {words}\n"
    assert "0003.shop-third" in result.out and shop.applied == ["0001", "0002", "0003"]


@on_files
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_no_database_gets_the_number_of_a_stream_that_is_closed(closed: str, shop: Shop) -> None:
    # Python, or a library below it, would write what it says on standard error into the database.
    script = (
        "import os, sys, runner.climb as climb\n"
        "from runner import cli, ledger\n"
        "record = ledger.record_up\n"
        "def noisy(*given, **named):\n"
        "    record(*given, **named)\n"
        "    for number in (0, 1, 2):\n"
        "        assert os.readlink(f'/proc/self/fd/{number}').startswith(('/dev/null', 'pipe:')), number\n"
        "climb.ledger.record_up = noisy\n"
        "cli.main()\n"
    )
    line = ["bash", "-c", f'exec "$@" {closed}', "bash", sys.executable, "-c", script, *shop.line("up")[3:]]
    run = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    shop.completes()


@on_server
def test_a_terminal_that_goes_away_undoes_the_step_under_way(shop: Shop) -> None:
    before = shop.state
    shop.third("SELECT pg_advisory_lock(42);\n\n" + TABLE)
    with psycopg.connect(shop.url, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(42)")
        ours, theirs = os.openpty()
        line = shop.line("up", "--lock-timeout", "60")
        # setsid and the terminal that it then opens as its own, without code of ours between fork and exec.
        line = ["setsid", "bash", "-c", 'exec "$@" <"$0" >"$0" 2>&1', os.ttyname(theirs), *line]
        with subprocess.Popen(line, cwd=ROOT) as run:
            os.close(theirs)
            until(lambda: waiting(shop.url))
            os.close(ours)
            assert run.wait(30) == 130
    assert shop.state == before
    assert rows(shop.url, "SELECT outcome FROM _rung_event ORDER BY id DESC LIMIT 1") == [("interrupted",)]
    shop.completes()


@on_server
def test_nohup_is_obeyed(shop: Shop) -> None:
    shop.third("SELECT pg_advisory_lock(42);\n\n" + TABLE)
    with psycopg.connect(shop.url, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(42)")
        line = ["nohup", *shop.line("up", "--lock-timeout", "60", "--quiet")]
        with subprocess.Popen(line, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as run:
            until(lambda: waiting(shop.url))
            run.send_signal(signal.SIGHUP)
            holder.execute("SELECT pg_advisory_unlock(42)")
            assert run.wait(30) == 0
    shop.completes()


@on_each
@pytest.mark.parametrize("moment", ["undo", "tell"])
def test_ctrl_c_again_while_the_first_is_dealt_with(moment: str, shop: Shop) -> None:
    before = shop.state
    script = (
        "import os, signal, sys\n"
        "from runner import cli, climb, report\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def press(*_, **__): os.kill(os.getpid(), signal.SIGINT)\n"
        "climb.ledger.record_up = press\n"
        f"owner, name = {{'undo': (climb._Unit, '_undo'), 'tell': (report.Report, 'fail')}}[{moment!r}]\n"
        "then = getattr(owner, name)\n"
        "def pressed(*given):\n"
        "    press()\n"
        "    return then(*given)\n"
        "setattr(owner, name, pressed)\n"
        "cli.main()\n"
    )
    line = [sys.executable, "-c", script, *shop.line("up")[3:]]
    run = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 130 and "Traceback" not in run.stderr, run.stderr
    assert shop.state == before
    shop.completes()


@on_each
def test_ctrl_c_between_two_steps_calls_none_undone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    told_of = Report.progress

    def pressed(report: Report, event: Progress) -> None:
        told_of(report, event)
        if event.phase == "done":
            raise KeyboardInterrupt

    monkeypatch.setattr(Report, "progress", pressed)
    result = told(shop.rung("up"), "kept: 1 step applied; no other was begun", code=130)
    assert "undone" not in result.err and "0003" not in result.err
    assert shop.applied == ["0001", "0002", "0003"]
    assert rows(shop.url, "SELECT DISTINCT outcome FROM _rung_event") == [("ok",)]


# Room on the disk, memory, files that may be open.


class Disk:
    """A small disk of its own."""

    def __init__(self, folder: Path, size: str) -> None:
        self.folder = folder
        folder.mkdir()
        line = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
        if subprocess.run(line, capture_output=True, check=False).returncode:
            pytest.skip("mounting a small disk takes root's rights (CAP_SYS_ADMIN)")

    @contextmanager
    def room(self, size: int) -> Iterator[None]:
        """While it lasts, there is room for so many bytes more."""
        filler = self.folder / "filler"
        found = os.statvfs(self.folder)
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, found.f_bavail * found.f_frsize - size)
        try:
            yield
        finally:
            filler.unlink()

    def remount(self, option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", self.folder], check=True)

    def close(self) -> None:
        subprocess.run(["umount", "-l", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "disk", "24m")
    try:
        yield disk
    finally:
        disk.close()


# Rows that take more room than the step's other pages together.
BULK = {
    "sqlite": "CREATE TABLE third (a TEXT);\nINSERT INTO third (a) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
    "SELECT i + 1 FROM n WHERE i < 40) SELECT hex(randomblob(1000)) FROM n;",
    "duckdb": "CREATE TABLE third AS SELECT hash(i)::VARCHAR || hash(i + 1)::VARCHAR AS a FROM range(40000) AS t(i);",
}
ROOM = {"sqlite": range(0, 176, 20), "duckdb": (0, 64, 600, 4000)}


@on_files
def test_a_full_disk_at_any_moment_of_a_step(shop: Shop, disk: Disk) -> None:
    start = Path(shop.url.partition(":///")[2])
    shop = Shop(shop.engine, f"{shop.engine}:///{disk.folder}/shop.db", shop.root)
    shop.third(BULK[shop.engine])
    seen = set()
    for kilobytes in ROOM[shop.engine]:
        for file in disk.folder.iterdir():
            file.unlink()
        shutil.copyfile(start, disk.folder / "shop.db")
        before = shop.state
        with disk.room(kilobytes * 1024):
            result = shop.rung("up")
        seen.add(result.code)
        if result.code:
            told(result, "disk is full", "next: free some space")
            assert "was undone completely" in result.err or "  kept: " not in result.err, result.err
            assert shop.state == before, f"with room for {kilobytes} kB"
        shop.completes()
    assert seen == {0, 3}, "the disk was full, and it was not"


@pytest.mark.parametrize("bare", ["sqlite", "duckdb"], indirect=True)
def test_a_new_database_on_a_full_disk(bare: Shop, disk: Disk) -> None:
    shop = Shop(bare.engine, f"{bare.engine}:///{disk.folder}/new.db", bare.root)
    for kilobytes in (0, 4, 8):
        with disk.room(kilobytes * 1024):
            told(shop.rung("up"), "the disk is full", "next: free some space")
    stocked(shop).completes()


@pytest.mark.parametrize("bare", ["sqlite", "duckdb"], indirect=True)
@pytest.mark.parametrize("size", [0, 4096])
def test_a_new_database_that_may_not_grow(size: int, bare: Shop) -> None:
    told(bare.spawn("up", preexec_fn=limit(size)), *GROWN[bare.engine])
    stocked(bare).completes()


def limit(size: int) -> Callable[[], None]:
    """In a new process: no file may be larger."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


GROWN = {
    "sqlite": ("disk I/O error", "next: check the disk"),
    "duckdb": ("the file may not grow any more", "(ulimit -f)"),
}


@on_files
def test_a_file_that_may_not_grow(shop: Shop) -> None:
    shop.third(BULK[shop.engine].replace("< 40", "< 400").replace("(40000)", "(400000)"))
    before = shop.state
    size = Path(shop.url.partition(":///")[2]).stat().st_size + 4096
    told(shop.spawn("up", preexec_fn=limit(size)), "0003.shop-third was undone completely", *GROWN[shop.engine])
    assert shop.state == before
    shop.completes()


@on_sqlite
def test_a_database_that_has_as_many_pages_as_it_may(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.third(BULK["sqlite"])
    before = shop.state
    with monkeypatch.context() as patch:
        pragma_of_every_session(patch, "max_page_count = 20")
        told(shop.rung("up"), "database or disk is full", "0003.shop-third was undone", "next: free some space")
    assert shop.state == before
    shop.completes()


def pragma_of_every_session(monkeypatch: pytest.MonkeyPatch, pragma: str) -> None:
    run_script = sqlite_engine.SqliteSession.run_script

    def limited(session: sqlite_engine.SqliteSession, file: Any) -> int:
        session.pragma(pragma)
        return run_script(session, file)

    monkeypatch.setattr(sqlite_engine.SqliteSession, "run_script", limited)


@on_server
def test_a_full_disk_of_the_server(shop: Shop, servers: Servers) -> None:
    rows(shop.url, "CREATE TABLE filled (a integer)")
    ((path,),) = rows(shop.url, "SELECT pg_relation_filepath('filled')")
    file = servers.get(servers.first).folder / "data" / str(path)
    owner = file.stat()
    shop.third(TABLE + "\n\nINSERT INTO filled SELECT g FROM generate_series(1, 1000) AS g;")
    before = shop.state
    file.unlink()
    # Whatever is written to it meets a full disk.
    file.symlink_to("/dev/full")
    told(shop.rung("up"), "No space left on device (SQLSTATE 53100)", "undone completely", "free some space on the")
    file.unlink()
    file.touch(0o600)
    os.chown(file, owner.st_uid, owner.st_gid)
    assert shop.state == before
    shop.completes()


def test_a_full_disk_below_the_copy_of_a_drill_is_no_verdict_on_a_step(tree: Tree, disk: Disk, tmp_path: Path) -> None:
    shop = stocked(Shop("sqlite", f"sqlite:///{tmp_path}/shop.db", tree()))
    shop.third(BULK["sqlite"].replace("< 40", "< 400"))
    before = shop.state
    for kilobytes in (0, 64, 300):
        with disk.room(kilobytes * 1024):
            result = told(shop.rung("drill", "--scratch", disk.folder))
            assert "broken" not in result.out
        assert not [*disk.folder.glob("rung-drill-*")], "and nothing of it stays"
    assert shop.state == before
    assert shop.rung("drill", "--scratch", disk.folder).code == 0


def test_a_full_disk_below_the_reports_of_a_drill_leaves_the_old_ones(tree: Tree, disk: Disk, tmp_path: Path) -> None:
    shop = stocked(Shop("sqlite", f"sqlite:///{tmp_path}/shop.db", tree()))
    reports = {name: disk.folder / f"drill.{name}" for name in ("html", "junit", "markdown", "sarif", "certificate")}
    for path in reports.values():
        path.write_text("the old one\n")
    for name, path in reports.items():
        with disk.room(0):
            words = f"{path}: cannot write the file: No space left on device"
            told(shop.rung("drill", f"--{name}", path), words, code=2)
        assert {file.name for file in disk.folder.iterdir()} == {path.name for path in reports.values()}
        assert path.read_text() == "the old one\n"
    for name, path in reports.items():
        assert shop.rung("drill", f"--{name}", path).code == 0
        assert path.stat().st_size > 100


@on_files
def test_a_read_only_file_system(shop: Shop, disk: Disk) -> None:
    shutil.copyfile(shop.url.partition(":///")[2], disk.folder / "shop.db")
    shop = Shop(shop.engine, f"{shop.engine}:///{disk.folder}/shop.db", shop.root)
    before = shop.state
    disk.remount("ro")
    for command in ("up", "down"):
        told(shop.rung(command), "read-only", "next: check the permissions")
    for command in ("status", "history", "verify", *(["drill"] if shop.engine == "sqlite" else [])):
        result = shop.rung(command)
        assert result.code == 0, result.err
    disk.remount("rw")
    assert shop.state == before
    shop.completes()


@on_sqlite
def test_who_may_only_read_a_file_notices_that_somebody_wrote_meanwhile(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it is for somebody whom permissions bind (test_privileges has such a one, who cannot be made to wait).
    monkeypatch.setattr(sqlite_engine.os, "access", lambda *_: False)
    folder = Path(shop.url.partition(":///")[2]).parent
    assert shop.rung("status").code == 0
    assert [path.name for path in folder.iterdir()] == ["shop.db"]
    state = examine.state

    def meanwhile(*given: Any) -> Any:
        rows(shop.url, "INSERT INTO customers (id, name) VALUES (3, 'Eve')")
        return state(*given)

    monkeypatch.setattr(examine, "state", meanwhile)
    told(shop.rung("verify"), "somebody wrote to the database while it was read", "next: run the command again")


MEMORY = {
    "postgresql": (
        "SELECT to_char(now(), repeat('x', 70000000));",
        "invalid memory alloc request size",
    ),
    "sqlite": ("INSERT INTO third (id) VALUES (length(hex(zeroblob(40000000))));", "SQLite has no memory left"),
    "duckdb": ("INSERT INTO third SELECT len(list(i)) FROM range(30000000) AS t(i);", "failed to allocate"),
}


@on_each
@pytest.mark.parametrize("where", ["step", "verify"])
def test_a_query_that_takes_more_memory_than_there_is(where: str, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    hungry, words = MEMORY[shop.engine]
    before = shop.state
    if where == "step":
        shop.third(f"{TABLE}\n\n{hungry}")
    elif shop.engine == "postgresql":
        shop.third(TABLE, "SELECT '', '' WHERE to_char(now(), repeat('x', 70000000)) = '';")
    elif shop.engine == "sqlite":
        shop.third(TABLE, "SELECT '', '' WHERE length(hex(zeroblob(40000000))) = 1;")
    else:
        shop.third(TABLE, "SELECT '' AS a, '' AS b WHERE (SELECT len(list(i)) FROM range(30000000) AS t(i)) = 1;")
    with monkeypatch.context() as patch:
        connect = duckdb.connect
        limits = {"memory_limit": "20MB", "max_temp_directory_size": "1MB", "threads": "1"}

        def limited(path: Path, read_only: bool, config: dict[str, str]) -> duckdb.DuckDBPyConnection:
            return connect(path, read_only=read_only, config=config | limits)

        patch.setattr(duckdb, "connect", limited)
        pragma_of_every_session(patch, "hard_heap_limit = 20000000")
        try:
            result = told(shop.rung("up"), words, "0003.shop-third was undone completely", "  next: ")
            assert shop.engine == "postgresql" or "next: do less in one step" in result.err, result.err
        finally:
            with closing(sqlite3.connect(":memory:")) as connection:
                connection.execute("PRAGMA hard_heap_limit = 0")
                if connection.execute("PRAGMA hard_heap_limit").fetchone() != (0,):
                    connection.execute("PRAGMA hard_heap_limit = 9000000000000000000")
    assert shop.state == before
    shop.third()
    shop.completes()


@on_sqlite
def test_a_value_that_is_too_large_for_sqlite(shop: Shop) -> None:
    before = shop.state
    shop.third(TABLE + "\n\nINSERT INTO third (id) VALUES (zeroblob(3000000000));")
    told(shop.rung("up"), "0003.shop-third.sql:5:1: SQLite says: string or blob too big", "undone completely")
    assert shop.state == before


@on_each
def test_no_more_files_may_be_open(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = engines.connect
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def limited(*given: Any) -> Session:
        free = os.dup(0)
        os.close(free)
        # A file is more than one here: with its -wal, or what DuckDB asks the machine first; a connection is one.
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + (shop.engine != "postgresql"), hard))
        try:
            return connect(*given)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    before = shop.state
    with monkeypatch.context() as patch:
        patch.setattr(engines, "connect", limited)
        for command in ("up", "status"):
            told(shop.rung(command), "(ulimit -n)")
    assert shop.state == before
    shop.completes()


# The connection and the server.


class Proxy:
    """Between a client and a server: the n-th time that the client says a word, the line is cut before the server has
    heard it, or when it answers; or when it has given an answer to what was said before."""

    def __init__(self, folder: str, server: Path, word: bytes, number: int, heard: bool, answer: bytes) -> None:
        self._server, self._word, self._heard, self._answer = str(server / ".s.PGSQL.5432"), word, heard, answer
        self._left = number
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{folder}/.s.PGSQL.5432")
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            with client, socket.socket(socket.AF_UNIX) as server:
                server.connect(self._server)
                sides, answered = [client, server], False
                while True:
                    ready, _, _ = select.select(sides, [], [])
                    for side, other in ((client, server), (server, client)):
                        if side in ready:
                            data = side.recv(65536)
                            if not data:
                                return
                            self._left -= side is client and self._word in data
                            answered = answered or (side is server and self._answer in data)
                            if not self._left and self._answer and side is client:
                                sides.remove(client)
                                data = data[: data.index(self._word)]
                            # What the client asks after that it may wait for together with it.
                            elif self._left <= 0 and not self._answer and (side is server or not self._heard):
                                return
                            other.sendall(data)
                            if self._left <= 0 and self._answer and answered:
                                return

    def close(self) -> None:
        self._listener.close()
        self._thread.join(30)


@contextmanager
def cut(shop: Shop, server: Path, word: bytes, number: int, heard: bool = False, answer: bytes = b"") -> Iterator[Shop]:
    """The same shop, by a line that is cut."""
    with tempfile.TemporaryDirectory(prefix="rung-cut-", dir="/tmp") as folder:
        proxy = Proxy(folder, server, word, number, heard, answer)
        try:
            database = shop.url.partition("@/")[2].partition("?")[0]
            yield Shop(shop.engine, f"postgresql://postgres@/{database}?host={folder}&port=5432", shop.root)
        finally:
            proxy.close()


@pytest.mark.parametrize("bare", ["postgresql"], indirect=True)
@pytest.mark.parametrize("heard", [True, False], ids=["heard", "not heard"])
@pytest.mark.parametrize("step", [1, 2], ids=["the next sent too", "the last"])
def test_a_connection_lost_at_the_commit_leaves_open_what_became_of_it(
    step: int, heard: bool, bare: Shop, servers: Servers
) -> None:
    words = "the connection to the server was lost at the COMMIT"
    with cut(bare, servers.get(servers.first).folder, b"COMMIT\0", step, heard) as line:
        result = told(line.rung("up"), words, "`rung status` says which")
    assert "undone" not in result.err and "undoes" not in result.err, "it may be committed"
    if heard or step == 2:  # Otherwise there is no ledger.
        until(lambda: bare.applied == ["0001", "0002"][: step if heard else step - 1])
    assert bare.rung("status", "--exit-code").code == (0 if heard and step == 2 else 1)
    stocked(bare).completes()


@pytest.mark.parametrize("bare", ["postgresql"], indirect=True)
def test_a_connection_lost_between_two_steps_undoes_none(bare: Shop, servers: Servers) -> None:
    with cut(bare, servers.get(servers.first).folder, b"BEGIN ISOLATION", 2, answer=b"COMMIT\0") as line:
        told(line.rung("up"), "connection to the server was lost", "0002.shop-orders was undone completely; the step")
    assert bare.applied == ["0001"]
    stocked(bare).completes()


@on_server
def test_a_connection_lost_in_the_middle_of_a_step(shop: Shop, servers: Servers) -> None:
    before = shop.state
    with cut(shop, servers.get(servers.first).folder, b"CREATE TABLE third", 1, heard=True) as line:
        told(line.rung("up"), "the connection to the server was lost", "0003.shop-third was undone completely")
    assert shop.state == before
    shop.completes()


@on_server
def test_a_transaction_that_lies_idle_too_long(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shop.state
    record = ledger.record_up
    ours = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

    def slowly(*given: Any, **named: Any) -> None:
        until(lambda: rows(shop.url, ours) == [(0,)])
        record(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "record_up", slowly)
        told(shop.rung("up", "--idle-timeout", "0.1"), "the server was lost", "idle-in-transaction timeout")
    assert shop.state == before
    shop.completes()


def test_a_transaction_that_takes_too_long(tree: Tree, servers: Servers) -> None:
    # The setting is of PostgreSQL 17.
    with servers.database("embedded") as url:
        shop = stocked(Shop("postgresql", url, tree("postgresql")))
        before = shop.state
        shop.third(TABLE + "\n\nSELECT pg_sleep(60);")
        rows(url, f"ALTER DATABASE {url.partition('@/')[2].partition('?')[0]} SET transaction_timeout = '200ms'")
        told(shop.rung("up"), "the connection to the server was lost: ", "transaction timeout (SQLSTATE 25P04)")
        assert shop.state == before
        rows(url, f"ALTER DATABASE {url.partition('@/')[2].partition('?')[0]} RESET transaction_timeout")
        shop.third()
        shop.completes()


@pytest.fixture
def clerk(servers: Servers) -> Iterator[str]:
    """A role that may log in and nothing else; it is gone afterwards."""
    server = servers.get(servers.first)
    rows(server.url(), "CREATE ROLE clerk LOGIN")
    try:
        yield "clerk"
    finally:
        rows(server.url(), "DROP ROLE clerk")


@on_server
def test_more_connections_than_there_may_be(shop: Shop, clerk: str, servers: Servers) -> None:
    theirs = Shop(shop.engine, shop.url.replace("postgres@", f"{clerk}@"), shop.root)
    rows(shop.url, f"ALTER ROLE {clerk} CONNECTION LIMIT 0")
    told(theirs.rung("status"), 'too many connections for role "clerk"', "next: close other connections")
    rows(shop.url, f"ALTER ROLE {clerk} CONNECTION LIMIT -1")
    with ExitStack() as held:
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                held.enter_context(closing(psycopg.connect(theirs.url)))
        told(theirs.rung("up"), "remaining connection slots are reserved", "next: close other connections")
    shop.completes()


@on_server
def test_a_database_that_is_closed_or_dropped_meanwhile(shop: Shop, servers: Servers) -> None:
    name = shop.url.partition("@/")[2].partition("?")[0]
    server = servers.get(servers.first).url()
    rows(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    told(shop.rung("up"), "is not currently accepting connections", "next: wait until it is; or ask")
    rows(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    shop.third(TABLE + "\n\nSELECT pg_sleep(60);")

    def drop() -> None:
        asleep = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND wait_event = 'PgSleep'"
        until(lambda: rows(server, asleep) == [(1,)])
        rows(server, f"DROP DATABASE {name} WITH (FORCE)")

    somebody = threading.Thread(target=drop)
    somebody.start()
    told(shop.rung("up"), "the connection to the server was lost", "0003.shop-third was undone completely")
    somebody.join()
    told(shop.rung("up"), f'database "{name}" does not exist', "rung does not create them")
    rows(server, f"CREATE DATABASE {name}")
    stocked(shop).completes()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server for one test, which may be stopped. What it has committed outlives its processes."""
    with throwaway.server("installed", {"synchronous_commit": "on", "max_connections": "20"}) as found:
        yield found


def postmaster(server: Server) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().split()[0])


def test_a_server_that_crashes_and_one_that_is_shut_down(server: Server, tree: Tree) -> None:
    shop = stocked(Shop("postgresql", server.url(), tree("postgresql")))
    before = shop.state
    shop.third(TABLE + "\n\nSELECT pg_sleep(60);")
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"

    def crash() -> None:
        with closing(psycopg.connect(server.url(), autocommit=True)) as other:
            until(lambda: rows(server.url(), asleep) == [(1,)])
            # The death of any one of its processes ends them all: the server may have written what it should not.
            os.kill(other.info.backend_pid, signal.SIGKILL)

    somebody = threading.Thread(target=crash)
    somebody.start()
    told(shop.rung("up"), "the connection to the server was lost", "0003.shop-third was undone completely")
    somebody.join()

    def is_up() -> bool:
        result = shop.rung("status")
        if result.code:
            told(result, "next: wait until")
        return result.code == 0

    until(is_up)
    assert shop.state == before
    shop.third()
    shop.completes()
    with closing(psycopg.connect(server.url())):
        # Smart: it lets nobody in, and waits for those who are there.
        os.kill(postmaster(server), signal.SIGTERM)
        until(lambda: "shutting down" in shop.rung("status").err)
        told(shop.rung("up"), "the database system is shutting down", "next: wait until the server is up")
    until(lambda: "No such file" in shop.rung("status").err)
    told(shop.rung("up"), "next: check the socket directory or give a host, and see whether the server is running")


def test_a_standby_is_read_and_not_written(server: Server, tree: Tree) -> None:
    shop = stocked(Shop("postgresql", server.url(), tree("postgresql")))
    owner = server.folder.stat()
    account = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    home = server.folder / "standby"
    home.mkdir(0o700)
    os.chown(home, owner.st_uid, owner.st_gid)
    copy = ["pg_basebackup", "-D", str(home / "data"), "-h", str(server.folder), "-U", "postgres", "-R", "-c", "fast"]
    subprocess.run([server.programs / copy[0], *copy[1:]], check=True, capture_output=True, cwd="/", **account)
    line = [str(server.programs / "postgres"), "-D", str(home / "data"), "-k", str(home), "-c", "listen_addresses="]
    with subprocess.Popen(line, cwd="/", stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **account) as run:
        standby = Shop("postgresql", server.url().replace(str(server.folder), str(home)), shop.root)
        assert quote(str(home), safe="") in standby.url or str(home) in standby.url
        try:
            until(lambda: standby.rung("status").code == 0)
            before = standby.state
            for command in ("up", "down"):
                told(standby.rung(command), "(SQLSTATE 25006)", "next: connect to the primary server")
            for command in ("verify", "history"):
                assert standby.rung(command).code == 0
            assert standby.state == before == shop.state
        finally:
            run.send_signal(signal.SIGQUIT)
            run.wait(30)
    shop.completes()


def test_what_a_server_and_a_client_ask_of_each_others_encryption(tree: Tree, tmp_path: Path) -> None:
    # An address of this machine that is ours alone, so that the port is free.
    here = f"127.{os.getpid() >> 16 & 255}.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"
    with throwaway.server("installed", {"listen_addresses": here}) as server:
        shop = Shop("postgresql", f"postgresql://postgres@{here}/postgres", tree("postgresql"))
        assert Shop(shop.engine, f"{shop.url}?sslmode=disable", shop.root).rung("up").code == 0

        def status(options: str) -> Result:
            return Shop(shop.engine, f"{shop.url}?{options}", shop.root).rung("status")

        told(status("sslmode=require"), "server does not support SSL, but SSL was required", "next: sslmode in the URL")
        data = server.folder / "data"
        ours, others = certificate(tmp_path, "ours", here), certificate(tmp_path, "others", here)
        for source, name in ((ours, "server.crt"), (ours.with_suffix(".key"), "server.key")):
            shutil.copyfile(source, data / name)
            os.chown(data / name, data.stat().st_uid, data.stat().st_gid)
            (data / name).chmod(0o600)
        (data / "pg_hba.conf").write_text("local all all trust\nhostssl all all 127.0.0.0/8 trust\n")
        rows(server.url(), "ALTER SYSTEM SET ssl = on")
        rows(server.url(), "SELECT pg_reload_conf()")
        until(lambda: status("sslmode=require").code == 0)
        told(status("sslmode=disable"), "no pg_hba.conf entry", "pg_hba.conf refuses this user")
        wrong = f"sslmode=verify-full&sslrootcert={others}"
        told(status(wrong), "certificate verify failed", "next: sslrootcert in the URL names who may sign")
        missing = f"sslmode=verify-full&sslrootcert={tmp_path}/none.crt"
        told(status(missing), "none.crt", "does not exist", "next: sslrootcert in the URL names who may sign")
        name = f"sslmode=verify-full&sslrootcert={ours}&hostaddr={here}&host=elsewhere.example"
        told(status(name), 'does not match host name "elsewhere.example"', "next: sslrootcert")
        right = Shop(shop.engine, f"{shop.url}?sslmode=verify-full&sslrootcert={ours}", shop.root)
        assert right.rung("status", "--exit-code").code == 0


def certificate(folder: Path, name: str, address: str) -> Path:
    """A certificate of an address that has signed itself, with its key beside it."""
    path = folder / f"{name}.crt"
    line = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    line += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{address}", "-days", "2"]
    subprocess.run([*line, "-keyout", path.with_suffix(".key"), "-out", path], check=True, capture_output=True)
    return path


# The ledger and the clock.

# What was done to the ledger, and what the message says of it.
DAMAGES = {
    "DROP TABLE _yoyo_migration": "there is no table _yoyo_migration",
    "DROP TABLE _yoyo_log": "there is no table _yoyo_log",
    "DROP TABLE _rung_step": "there is no table _rung_step",
    "DROP TABLE _rung_event": "there is no table _rung_event",
    "DROP TABLE _rung_version": "there is no table _rung_version",
    "DROP TABLE _rung_step; DROP TABLE _rung_version; DROP TABLE _yoyo_log": (
        "there is no table _rung_step and no _rung_version and no _yoyo_log"
    ),
    "ALTER TABLE _rung_step DROP COLUMN rollback_sql": "rollback_sql",
    "UPDATE _yoyo_migration SET migration_id = 'garbled' WHERE migration_id = '0002.shop-orders'": (
        "a row of _yoyo_migration has the id 'garbled' and the hash of another"
    ),
    "UPDATE _yoyo_migration SET migration_hash = 'x' WHERE migration_id = '0001.shop-customers'": (
        "has the id '0001.shop-customers' and the hash of another"
    ),
    "UPDATE _yoyo_migration SET applied_at_utc = NULL WHERE migration_id = '0002.shop-orders'": "which is no time",
    "DELETE FROM _rung_version": "of rung's version None",
    "UPDATE _rung_version SET version = 2": "of rung's version 2, and this rung",
    "UPDATE _rung_version SET version = 0": "of rung's version 0, and this rung",
    "UPDATE _yoyo_version SET version = 1": "of yoyo's version 1, and this rung",
}
# What only SQLite stores.
GARBLED = {
    "UPDATE _rung_step SET duration_ms = 'soon'": "the row of 0001.shop-customers in _rung_step holds 'soon'",
    "UPDATE _rung_step SET rollback_sql = x'00ff'": "in _rung_step holds b'\\x00\\xff' where it cannot",
    "UPDATE _rung_step SET username = CAST(x'ff' AS TEXT)": "the ledger is damaged: ",
    "UPDATE _yoyo_migration SET applied_at_utc = 'yesterday'": "was applied at 'yesterday', which is no time",
}


# Of those, what is tried on the other engines, which read the ledger by the same code.
EVERYWHERE = [damage for damage in DAMAGES if "rollback_sql" in damage or "garbled" in damage or "= 2" in damage]
EVERYWHERE += ["DROP TABLE _rung_step", "DROP TABLE _yoyo_migration"]


@pytest.mark.parametrize(
    ("bare", "damage"),
    [
        *(("sqlite", damage) for damage in [*DAMAGES, *GARBLED]),
        *((engine, damage) for engine in ("duckdb", "postgresql") for damage in EVERYWHERE),
    ],
    indirect=["bare"],
)
def test_a_damaged_ledger_is_called_that_and_left_alone(damage: str, shop: Shop) -> None:
    words = (DAMAGES | GARBLED)[damage]
    path = Path(shop.url.partition(":///")[2])
    if shop.engine != "postgresql":
        shutil.copyfile(path, path.with_name("backup"))
    objects = shop.objects
    rows(shop.url, f"{damage}; SELECT 1")
    for command in ("up", "down", "status", "verify", *(["history"] if "DROP TABLE" in damage else [])):
        result = told(shop.rung(command), words)
        newer = "version = 2" in damage
        assert ("use the rung that wrote it" in result.err) == newer, result.err
        assert newer or "restore it from a backup" in result.err or "yoyo list" in result.err
    assert shop.objects == objects
    assert sorted(rows(shop.url, "SELECT * FROM customers")) == [(1, "Ada"), (2, "Grace")]
    if shop.engine != "postgresql":
        shutil.copyfile(path.with_name("backup"), path)
        shop.completes()


@pytest.mark.parametrize("bare", ["sqlite", "postgresql"], indirect=True)
def test_a_garbled_history_is_called_that(shop: Shop) -> None:
    if shop.engine == "sqlite":
        rows(shop.url, "DROP TRIGGER _rung_event_keeps_values; UPDATE _rung_event SET duration_ms = 'soon'")
        told(shop.rung("history"), "_rung_event holds 'soon' where it cannot", "restore it from a backup")
    else:
        rows(shop.url, "ALTER TABLE _rung_event RENAME COLUMN outcome TO came")
        told(shop.rung("history"), "the ledger is damaged: ", "outcome", "restore it from a backup")
        before = shop.state
        told(shop.rung("up"), "the ledger is damaged: ", "0003.shop-third was undone completely")
        assert shop.state == before
        rows(shop.url, "ALTER TABLE _rung_event RENAME COLUMN came TO outcome")
        shop.completes()


@on_each
def test_a_clock_that_goes_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(59, 0, -1))
    monkeypatch.setattr(ledger, "now", lambda: f"2020-01-01T00:{next(moments):02}:00.000000")
    assert shop.rung("down").code == 0
    shop.completes()
    events = shop.rung("history", "--json").json["events"]
    assert [(event["step"][:4], event["operation"]) for event in events] == [
        ("0001", "up"),
        ("0002", "up"),
        ("0002", "down"),
        ("0002", "up"),
        ("0003", "up"),
    ], "in the order in which it happened, whatever the clock said"
    assert [event["at_utc"] for event in events[2:]] == sorted((e["at_utc"] for e in events[2:]), reverse=True)
    assert shop.rung("status", "--exit-code").code == 0


@on_each
def test_another_run_is_noticed_although_its_clock_is_behind(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    # A step of before, applied when the clock was ahead: the latest time says nothing about what came after.
    rows(shop.url, "UPDATE _yoyo_migration SET applied_at_utc = '2099-01-01 00:00:00' WHERE migration_id LIKE '0001%'")
    rows(shop.url, "UPDATE _rung_step SET applied_at_utc = '2099-01-01 00:00:00' WHERE migration_id LIKE '0001%'")
    with closing(engines.connect(parse(shop.url), "read", Settings())) as session:
        before = ledger.head(session)
    assert shop.rung("down", "--steps", "1").code == 0
    assert shop.rung("up", "--to", "2").code == 0
    with closing(engines.connect(parse(shop.url), "read", Settings())) as session:
        assert ledger.head(session) != before
    assert shop.rung("status").code == 0
