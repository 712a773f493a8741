"""Copies of SQLite and DuckDB databases for drills: whole, gone afterwards, and the original as it was to the byte."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scratching import drill, made

from runner import engines, scratch
from runner.engines import Settings, duckdb_copy, folders, sqlite_copy
from runner.errors import LockedError, RungError, TargetError, UsageError
from runner.target import Target, of_file

ENGINES = ("sqlite", "duckdb")
SOON = Settings(lock_timeout_ms=50)


def marks(folder: Path) -> dict[str, str]:
    """Every file in a folder, with the checksum of its bytes."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def rows(target: Target) -> list[tuple[Any, ...]]:
    connect = {"sqlite": sqlite3.connect, "duckdb": duckdb.connect}[target.engine]
    with contextlib.closing(connect(target.path)) as connection:  # type: ignore[operator]
        return connection.execute("SELECT id, name FROM shelf ORDER BY id").fetchall()  # type: ignore[no-any-return]


def make(engine: str, folder: Path, count: int = 3) -> Target:
    """A database of so many rows, closed; in the folder there is nothing else."""
    folder.mkdir(exist_ok=True)
    path = folder / "we'ird näme%20.db"
    if engine == "sqlite":
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT)")
            connection.execute("BEGIN")
            values = ((number, f"book {number}" + "x" * 500) for number in range(count))
            connection.executemany("INSERT INTO shelf VALUES (?, ?)", values)
            connection.execute("COMMIT")
    else:
        with contextlib.closing(duckdb.connect(path)) as connection:
            connection.execute("CREATE TABLE shelf (id INTEGER PRIMARY KEY, name VARCHAR)")
            connection.execute("INSERT INTO shelf SELECT i, 'book ' || md5(i::VARCHAR) FROM range(?) AS r (i)", [count])
    return of_file(engine, path)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def origin(engine: str, tmp_path: Path) -> Target:
    return make(engine, tmp_path / "live")


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """A directory for scratch databases, with nothing in it."""
    path = tmp_path / "scratch"
    path.mkdir()
    return path


def test_a_copy_has_everything_and_the_original_stays_to_the_byte(origin: Target, where: Path) -> None:
    live = Path(origin.path).parent
    before = marks(live)
    with scratch.place(origin.engine, origin, str(where), SOON) as place:
        one, two = place.copy(), place.copy()
        assert marks(live) == before
        assert one.target.path != two.target.path
        assert rows(one.target) == rows(two.target) == rows(origin)
        assert one.size_bytes >= Path(one.target.path).stat().st_size > 0
        assert one.took_ms > 0
        # A database in DuckDB goes by the name of its file, and so may a view in it.
        assert Path(one.target.path).name == Path(origin.path).name
        (folder,) = where.iterdir()
        assert folder.name.startswith("rung-drill-")
        assert folder.stat().st_mode & 0o777 == 0o700
        session = engines.connect(one.target, "write", SOON)
        session.close()
        assert place.notes == ()
    assert list(where.iterdir()) == []
    assert marks(live) == before


def test_empty_databases_as_often_as_asked(engine: str, where: Path) -> None:
    with scratch.place(engine, None, str(where), SOON) as place:
        found = [place.empty(), place.empty()]
        assert len({target.path for target in found}) == 2
        for target in found:
            # Not created here: it is there already.
            session = engines.connect(target, "write", SOON)
            assert session.has_triggers
            session.close()
        with pytest.raises(UsageError, match="no database to copy"):
            place.copy()
    assert list(where.iterdir()) == []


def test_the_temporary_directory_is_where_it_goes_by_itself(
    engine: str, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(where))
    with scratch.place(engine, None, "", SOON) as place:
        assert Path(place.empty().path).is_relative_to(where)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_it_goes_with_an_exception(origin: Target, where: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), scratch.place(origin.engine, origin, str(where), SOON) as place:
        place.copy()
        raise error
    assert list(where.iterdir()) == []


def test_ctrl_c_again_while_it_is_removed(origin: Target, where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = folders.shutil.rmtree
    pressed = []

    def interrupted(path: Path) -> None:
        if not pressed:
            pressed.append(path)
            raise KeyboardInterrupt
        remove(path)

    monkeypatch.setattr(folders.shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt), scratch.place(origin.engine, origin, str(where), SOON) as place:
        place.copy()
    assert pressed
    assert list(where.iterdir()) == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=lambda sign: sign.name)
def test_it_goes_with_a_signal(origin: Target, where: Path, sign: signal.Signals) -> None:
    with drill(origin.engine, origin.shown.replace("%", "%25"), str(where), "copy") as process:
        assert Path(made(process)).exists()
        process.send_signal(sign)
        assert process.wait(60) == 130
    assert list(where.iterdir()) == []


def test_what_a_killed_drill_leaves_goes_with_the_next_and_a_living_one_stays(engine: str, where: Path) -> None:
    # Not ours: not a folder that this user made for a drill.
    (where / "rung-drill-notes.txt").write_text("mine")
    (where / "else").mkdir()
    with (
        drill(engine, "", str(where), "empty") as living,
        drill(engine, "", str(where), "empty") as killed,
    ):
        alive, dead = Path(made(living)), Path(made(killed))
        killed.kill()
        killed.wait()
        assert dead.exists()
        with scratch.place(engine, None, str(where), SOON) as place:
            (note,) = place.notes
            assert re.fullmatch(rf"removed {where}/rung-drill-\w+, which a killed drill had left", note)
            assert not dead.exists()
            assert alive.exists()
    assert (where / "rung-drill-notes.txt").exists()
    assert (where / "else").exists()


def test_ctrl_c_is_heard_in_the_middle_of_a_backup(
    tmp_path: Path, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = make("sqlite", tmp_path / "live", 200)
    left = []

    def press(_: int, remaining: int, total: int) -> None:
        left.append((remaining, total))
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(sqlite_copy, "_PAGES", 2)
    monkeypatch.setattr(sqlite_copy, "_hear", press)
    with pytest.raises(KeyboardInterrupt), scratch.place("sqlite", origin, str(where), SOON) as place:
        place.copy()
    ((remaining, total),) = left
    assert 0 < remaining < total
    assert list(where.iterdir()) == []


def test_ctrl_c_ends_the_program_that_copies_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ends: list[int] = []
    started = threading.Event()
    communicate = subprocess.Popen.communicate

    def waiting(*arguments: Any, **options: Any) -> Any:
        started.set()
        return communicate(*arguments, **options)

    def press() -> None:
        ends.append(os.open(pipe, os.O_WRONLY))  # Comes back when cp reads, which never ends.
        started.wait()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    monkeypatch.setattr(subprocess.Popen, "communicate", waiting)
    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        folders.copy_files([(pipe, tmp_path / "copy")])
    thread.join()
    with pytest.raises(BrokenPipeError):
        os.write(ends[0], b"nobody reads")
    os.close(ends[0])


@pytest.mark.parametrize("engine", ["duckdb", "postgresql"])
def test_a_driver_that_is_not_installed(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(engines, "import_module", missing)
    with (
        pytest.raises(TargetError, match=f"the driver for {engine} is not installed"),
        scratch.place(engine, None, "", SOON),
    ):
        pass


class TestSqlite:
    """What only SQLite does."""

    def test_an_open_wal_is_part_of_it_and_stays_unwritten(self, tmp_path: Path, where: Path) -> None:
        origin = make("sqlite", tmp_path / "live")
        with contextlib.closing(sqlite3.connect(origin.path, isolation_level=None)) as writer:
            writer.execute("INSERT INTO shelf VALUES (100, 'in the wal')")
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("INSERT INTO shelf VALUES (101, 'not committed')")
            before = marks(tmp_path / "live")
            with scratch.place("sqlite", origin, str(where), SOON) as place:
                found = rows(place.copy().target)
            assert (100, "in the wal") in found
            assert len(found) == 4
            changed = marks(tmp_path / "live")
            shared = f"{Path(origin.path).name}-shm"
            # The readers' marks are in it, and nothing of the database.
            assert before.pop(shared)
            assert changed.pop(shared)
            assert changed == before
            writer.execute("ROLLBACK")

    def test_a_wal_that_a_crash_left_is_not_written_into_the_file(self, tmp_path: Path, where: Path) -> None:
        origin = make("sqlite", tmp_path / "live")
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        with contextlib.closing(sqlite3.connect(origin.path, isolation_level=None)) as writer:
            writer.execute("INSERT INTO shelf VALUES (100, 'in the wal')")
            for suffix in ("", "-wal"):
                name = Path(origin.path).name + suffix
                (crashed / name).write_bytes((tmp_path / "live" / name).read_bytes())
        before = marks(crashed)
        assert len(before) == 2
        with scratch.place("sqlite", of_file("sqlite", crashed / Path(origin.path).name), str(where), SOON) as place:
            assert (100, "in the wal") in rows(place.copy().target)
        assert {name: mark for name, mark in marks(crashed).items() if not name.endswith("-shm")} == before

    def test_a_writer_who_comes_and_goes_meanwhile(
        self, tmp_path: Path, where: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One state is copied, once; the writer's WAL is not written into the file by us, who leave last."""
        origin = make("sqlite", tmp_path / "live", 200)
        before = marks(tmp_path / "live")
        pieces = []

        def write(_: int, remaining: int, total: int) -> None:
            pieces.append(remaining)
            if len(pieces) > 200:
                return  # A backup that begins again whenever somebody writes would never end.
            with contextlib.closing(sqlite3.connect(origin.path, isolation_level=None)) as writer:
                writer.execute("INSERT INTO shelf VALUES (?, 'meanwhile')", (1000 + len(pieces),))

        monkeypatch.setattr(sqlite_copy, "_PAGES", 10)
        monkeypatch.setattr(sqlite_copy, "_hear", write)
        with scratch.place("sqlite", origin, str(where), SOON) as place:
            assert len(rows(place.copy().target)) == 200
        assert len(pieces) > 2
        assert pieces == sorted(set(pieces), reverse=True)
        name = Path(origin.path).name
        assert marks(tmp_path / "live")[name] == before[name]
        assert len(rows(origin)) == 200 + len(pieces)

    def test_with_a_rollback_journal_too(self, tmp_path: Path, where: Path) -> None:
        origin = make("sqlite", tmp_path / "live")
        with contextlib.closing(sqlite3.connect(origin.path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA user_version = 42")
        before = marks(tmp_path / "live")
        with scratch.place("sqlite", origin, str(where), SOON) as place:
            copy = place.copy().target
            assert rows(copy) == rows(origin)
            with contextlib.closing(sqlite3.connect(copy.path)) as connection:
                assert connection.execute("PRAGMA user_version").fetchone() == (42,)
                assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert marks(tmp_path / "live") == before

    def test_a_transaction_that_a_crash_left_is_undone_in_the_copy_alone(self, tmp_path: Path, where: Path) -> None:
        origin = make("sqlite", tmp_path / "live", 200)
        committed = rows(origin)
        crash = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = DELETE")
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN")
connection.execute("UPDATE shelf SET name = 'half-way'")
os._exit(0)
"""
        subprocess.run([sys.executable, "-c", crash, origin.path], check=True)
        before = marks(tmp_path / "live")
        assert sorted(before) == [Path(origin.path).name, f"{Path(origin.path).name}-journal"]
        with scratch.place("sqlite", origin, str(where), SOON) as place:
            assert rows(place.copy().target) == committed
        assert marks(tmp_path / "live") == before

    @pytest.mark.parametrize("left", ["nothing", "wal"])
    def test_in_a_directory_that_nothing_can_be_written_in(self, tmp_path: Path, where: Path, left: str) -> None:
        origin = make("sqlite", tmp_path / "live")
        name = Path(origin.path).name
        with contextlib.closing(sqlite3.connect(origin.path, isolation_level=None)) as writer:
            writer.execute("INSERT INTO shelf VALUES (100, 'in the wal')")
            suffixes = ("", "-wal") if left == "wal" else ("",)
            content = {name + suffix: Path(origin.path + suffix).read_bytes() for suffix in suffixes}
        with read_only(tmp_path / "closed", content) as closed:
            with scratch.place("sqlite", of_file("sqlite", closed / name), str(where), SOON) as place:
                found = rows(place.copy().target)
            assert ((100, "in the wal") in found) == (left == "wal")
            assert len(found) >= 3
            assert sorted(path.name for path in closed.iterdir()) == sorted(content)

    def test_the_wal_is_beside_the_file_not_beside_a_link_to_it(self, tmp_path: Path, where: Path) -> None:
        origin = make("sqlite", tmp_path / "live")
        link, crashed = tmp_path / "link.db", tmp_path / "crashed.db"
        link.symlink_to(crashed)
        with contextlib.closing(sqlite3.connect(origin.path, isolation_level=None)) as writer:
            writer.execute("INSERT INTO shelf VALUES (100, 'in the wal')")
            for suffix in ("", "-wal"):
                Path(f"{crashed}{suffix}").write_bytes(Path(origin.path + suffix).read_bytes())
        before = crashed.read_bytes()
        with scratch.place("sqlite", of_file("sqlite", link), str(where), SOON) as place:
            assert (100, "in the wal") in rows(place.copy().target)
        assert crashed.read_bytes() == before

    def test_who_locks_it_is_named(self, tmp_path: Path, where: Path) -> None:
        origin = make("sqlite", tmp_path / "live")
        with contextlib.closing(sqlite3.connect(origin.path, isolation_level=None)) as writer:
            writer.execute("PRAGMA journal_mode = DELETE")
            writer.execute("BEGIN EXCLUSIVE")
            with (
                pytest.raises(LockedError, match="the database is locked by"),
                scratch.place("sqlite", origin, str(where), SOON) as place,
            ):
                place.copy()


@contextlib.contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A file system in memory, mounted at a folder."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this takes a root that may mount a tmpfs")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def read_only(folder: Path, content: dict[str, bytes]) -> Iterator[Path]:
    """A folder with files, in which nothing can be written: for root it takes a file system of its own."""

    def fill() -> None:
        for name, data in content.items():
            (folder / name).write_bytes(data)

    folder.mkdir()
    if os.geteuid():
        fill()
        folder.chmod(0o555)
        try:
            yield folder
        finally:
            folder.chmod(0o755)
        return
    with mounted(folder, "size=4m"):
        fill()
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield folder


class TestDuckdb:
    """What only DuckDB does."""

    CRASH = """
import os, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("SET wal_autocheckpoint = '1TB'")
connection.execute("INSERT INTO shelf VALUES (100, 'in the wal')")
connection.execute("CREATE TRIGGER stamp AFTER INSERT ON shelf FOR EACH STATEMENT INSERT INTO log SELECT 1")
os._exit(0)
"""
    HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""

    def test_a_wal_and_triggers_are_part_of_it(self, tmp_path: Path, where: Path) -> None:
        origin = make("duckdb", tmp_path / "live")
        with contextlib.closing(duckdb.connect(origin.path)) as connection:
            connection.execute("CREATE TABLE log (x INTEGER)")
        subprocess.run([sys.executable, "-c", self.CRASH, origin.path], check=True)
        before = marks(tmp_path / "live")
        assert len(before) == 2, before
        with scratch.place("duckdb", origin, str(where), SOON) as place:
            copied = place.copy()
            assert marks(Path(copied.target.path).parent) == before
            assert copied.size_bytes == sum(path.stat().st_size for path in (tmp_path / "live").iterdir())
            assert (100, "in the wal") in rows(copied.target)
            with contextlib.closing(duckdb.connect(copied.target.path)) as connection:
                assert connection.execute("SELECT trigger_name FROM duckdb_triggers()").fetchall() == [("stamp",)]
        assert marks(tmp_path / "live") == before

    def test_another_process_is_waited_for_and_named(self, tmp_path: Path, where: Path) -> None:
        origin = make("duckdb", tmp_path / "live")
        with (
            subprocess.Popen(
                [sys.executable, "-c", self.HOLD, origin.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            ) as holder,
            scratch.place("duckdb", origin, str(where), SOON) as place,
        ):
            assert holder.stdout
            assert holder.stdin
            holder.stdout.readline()
            with pytest.raises(LockedError, match=rf"locked by process {holder.pid} .*\(waited 0.05 s\)"):
                place.copy()
            holder.stdin.close()
            holder.wait()
            assert rows(place.copy().target) == rows(origin)

    def test_no_writer_gets_in_between_the_file_and_its_wal(
        self, tmp_path: Path, where: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        origin = make("duckdb", tmp_path / "live")
        with contextlib.closing(duckdb.connect(origin.path)) as connection:
            connection.execute("CREATE TABLE log (x INTEGER)")
        subprocess.run([sys.executable, "-c", self.CRASH, origin.path], check=True)
        told: list[str] = []
        really = duckdb_copy.copy_files

        def watched(files: list[tuple[Path, Path]]) -> None:
            for file in files:
                really([file])
                command = [sys.executable, "-c", self.HOLD, origin.path]
                result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
                told.append(result.stderr)

        monkeypatch.setattr(duckdb_copy, "copy_files", watched)
        with scratch.place("duckdb", origin, str(where), SOON) as place:
            place.copy()
        assert len(told) == 2
        assert all("Could not set lock on file" in text for text in told)


def broken(path: Path) -> None:
    path.write_text("this is not a database, whatever its name is" * 100)


@pytest.mark.parametrize("spoil", [broken, Path.mkdir, lambda _: None], ids=["text", "directory", "missing"])
def test_what_is_no_database_is_told_as_elsewhere(
    engine: str, tmp_path: Path, where: Path, spoil: Callable[[Path], None]
) -> None:
    origin = of_file(engine, tmp_path / "what.db")
    spoil(Path(origin.path))
    told = []
    with pytest.raises(RungError) as caught:
        engines.connect(origin, "read", SOON)
    told.append((caught.value.message, caught.value.hint))
    with pytest.raises(RungError) as caught, scratch.place(engine, origin, str(where), SOON) as place:
        place.copy()
    told.append((caught.value.message, caught.value.hint))
    assert told[0] == told[1]
    assert list(where.iterdir()) == []


@pytest.mark.parametrize("where", ["no/such/directory", "postgresql://me:secret@host/db", __file__])
def test_a_place_that_is_no_directory(engine: str, where: str) -> None:
    with pytest.raises(UsageError) as caught, scratch.place(engine, None, where, SOON):
        pass
    assert "there is no such directory" in caught.value.message
    assert "secret" not in caught.value.message


def test_a_place_that_nothing_can_be_written_in(engine: str, tmp_path: Path) -> None:
    with (
        read_only(tmp_path / "closed", {}) as closed,
        pytest.raises(TargetError, match="nothing can be made in it") as caught,
        scratch.place(engine, None, str(closed), SOON),
    ):
        pass
    assert "--scratch" in caught.value.hint


@pytest.mark.parametrize("foreseen", [True, False], ids=["foreseen", "met"])
def test_a_full_disk(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, foreseen: bool) -> None:
    origin = make(engine, tmp_path / "live", {"sqlite": 8000, "duckdb": 200_000}[engine])
    small = tmp_path / "small"
    if not foreseen:
        module = {"sqlite": sqlite_copy, "duckdb": duckdb_copy}[engine]
        monkeypatch.setattr(module, "require_room", lambda *_: None)
    with mounted(small, "size=1m"):
        with (
            pytest.raises(TargetError) as caught,
            scratch.place(engine, origin, str(small), SOON) as place,
        ):
            place.copy()
        words = r"the copy needs \d MB, and 1 MB are free" if foreseen else "the disk is full, so there is no copy"
        assert re.fullmatch(rf"{small}/rung-drill-\w+: {words}", caught.value.message)
        assert "--scratch DIR" in caught.value.hint
        assert list(small.iterdir()) == []
