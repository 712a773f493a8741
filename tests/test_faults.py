"""Faults of the machine, the server, the network and the ledger: each ends in one message and the documented exit code,
nothing is lost, and the next run completes once the fault is gone."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from conftest import ROOT, Result, Tree, call
from servers import Servers

from runner import climb, engines, examine, ledger, plan, project, throwaway
from runner.climb import Progress
from runner.engines import Session, Settings
from runner.engines import sqlite as sqlite_engine
from runner.errors import LedgerError
from runner.ledger import Actor
from runner.report import Report
from runner.sqlfile import runner_sql
from runner.target import parse

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
        with closing(engines.connect(parse(self.url), "read", Settings())) as session:
            applied = session.query("SELECT migration_id, applied_at_utc FROM _yoyo_migration ORDER BY migration_id")
            tables = {item.name for item in examine.objects(session) if item.kind == "table"}
            found = [sorted(session.query(f"SELECT * FROM {name}")) for name in sorted(tables)]
            return tuple(examine.objects(session)), found, applied

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


@on_each
@pytest.mark.parametrize("option", [[], ["--json"]], ids=["words", "json"])
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


def waiting(url: str) -> bool:
    """Whether a step waits for the lock that we hold."""
    return rows(url, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'") == [(1,)]


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
    """A small disk of its own; where none may be mounted, a limit on the size of files."""

    def __init__(self, folder: Path, size: str) -> None:
        self.folder = folder
        folder.mkdir()
        line = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
        self.mounted = subprocess.run(line, capture_output=True, check=False).returncode == 0

    @contextmanager
    def room(self, size: int) -> Iterator[None]:
        """While it lasts, there is room for so many bytes more."""
        filler = self.folder / "filler"
        if self.mounted:
            found = os.statvfs(self.folder)
            taken = found.f_bavail * found.f_frsize - size
            with filler.open("wb") as file:
                if taken > 0:
                    os.posix_fallocate(file.fileno(), 0, taken)
            try:
                yield
            finally:
                filler.unlink()
            return
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        largest = max((file.stat().st_size for file in self.folder.iterdir()), default=0)
        # Python ignores SIGXFSZ, so that it is an error of the write.
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest + size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def remount(self, option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", self.folder], check=True)

    def close(self) -> None:
        if self.mounted:
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
ROOM = {"sqlite": range(0, 176, 12), "duckdb": (0, 64, 256, 600, 1200, 4000)}
NO_ROOM = ("the disk is full", "disk I/O error", "File too large", "may not grow")


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
            told(result, "  next: ")
            assert any(word in result.err for word in NO_ROOM[: 1 if disk.mounted else None]), result.err
            assert "was undone completely" in result.err or "  kept: " not in result.err, result.err
            assert shop.state == before, f"with room for {kilobytes} kB"
        shop.completes()
    assert seen == {0, 3}, "the disk was full, and it was not"


@pytest.mark.parametrize("bare", ["sqlite", "duckdb"], indirect=True)
def test_a_new_database_on_a_full_disk(bare: Shop, disk: Disk) -> None:
    shop = Shop(bare.engine, f"{bare.engine}:///{disk.folder}/new.db", bare.root)
    with disk.room(0):
        told(shop.rung("up"), *NO_ROOM[: 1 if disk.mounted else 0])
    stocked(shop).completes()


@on_files
def test_a_file_that_may_not_grow(shop: Shop) -> None:
    shop.third(BULK[shop.engine].replace("< 40", "< 400").replace("(40000)", "(400000)"))
    before = shop.state
    limit = Path(shop.url.partition(":///")[2]).stat().st_size + 4096
    result = shop.spawn("up", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    told(result, "0003.shop-third was undone completely")
    assert any(word in result.err for word in NO_ROOM), result.err
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
            words = "File too large" if not disk.mounted else "No space left on device"
            told(shop.rung("drill", f"--{name}", path), f"{path}: cannot write the file: {words}", code=2)
        assert {file.name for file in disk.folder.iterdir()} == {path.name for path in reports.values()}
        assert path.read_text() == "the old one\n"
    for name, path in reports.items():
        assert shop.rung("drill", f"--{name}", path).code == 0
        assert path.stat().st_size > 100


@on_files
def test_a_read_only_file_system(shop: Shop, disk: Disk) -> None:
    if not disk.mounted:
        pytest.skip("this user may not mount a file system")
    shutil.copyfile(shop.url.partition(":///")[2], disk.folder / "shop.db")
    shop = Shop(shop.engine, f"{shop.engine}:///{disk.folder}/shop.db", shop.root)
    before = shop.state
    disk.remount("ro")
    for command in ("up", "down"):
        told(shop.rung(command), "read-only", "next: check the permissions")
    for command in ("status", "history", "verify", "drill"):
        result = shop.rung(command)
        assert result.code == 0, result.err
    assert shop.state == before
    disk.remount("rw")
    shop.completes()


MEMORY = {
    "postgresql": (
        "DO $$ BEGIN PERFORM set_config('a.b', repeat('x', 600000000) || repeat('y', 600000000), TRUE); END $$;",
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
        shop.third(TABLE, "SELECT '', '' WHERE repeat('x', 600000000) || repeat('y', 600000000) = '';")
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
            told(shop.rung("up"), words, "0003.shop-third was undone completely", "  next: ")
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
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
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
