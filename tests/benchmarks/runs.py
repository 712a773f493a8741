"""Commands of a tool on a new database, each a process of its own, and what they took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psycopg

from runner import throwaway
from runner.target import FILES, of_file

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Everything beside the interpreter that runs this counts as on the PATH.
_PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
ENVIRONMENT = {**os.environ, "PATH": _PATH}
# Modules are compiled once, as they are where a tool is installed.
ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)
# What is done is on the disk, as on any server that is not thrown away; a thousand steps in one transaction lock each
# object that they make or drop.
_SETTINGS = {"max_locks_per_transaction": "2048"} | dict.fromkeys(
    ("fsync", "synchronous_commit", "full_page_writes"), "on"
)
_numbers = count()
# Operations on one database, one after the other.
GROUPS = (("up", "no-op", "status", "down"), ("one",))


class Database(NamedTuple):
    """A new database: its URL; its path where it is a file; or its name and the folder of its server's socket."""

    url: str
    path: str = ""
    name: str = ""
    socket: str = ""


@dataclass(frozen=True)
class Tool:
    """A tool and how it is called. commands: by operation: up, no-op, status, one (transaction), down."""

    name: str
    commands: Mapping[str, Callable[[Database], Sequence[str]]]
    environment: Callable[[Database], Mapping[str, str]] = lambda _: {}
    folder: Path = HERE
    version: str = ""


@dataclass
class Runs:
    """What the runs of one tool took, by operation: wall seconds, and the most memory in bytes."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    version: str = ""


def run(command: Sequence[str], folder: Path = HERE, environment: Mapping[str, str] = {}) -> tuple[float, int, str]:
    """Run a command: seconds, the most memory that a process of it had, and what a failed one said."""
    with tempfile.TemporaryFile() as said:
        launched = subprocess.run(
            [sys.executable, "-I", "-S", str(HERE / "launch.py"), *command],
            cwd=folder,
            env={**ENVIRONMENT, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            check=True,
        )
        seconds, peak, code = launched.stdout.split()
        said.seek(0)
        why = said.read().decode(errors="replace").strip()[-300:] or f"exit code {int(code)}"
    return float(seconds), int(peak), why if int(code) else ""


@contextmanager
def server(engine: str) -> Iterator[throwaway.Server | None]:
    """A new server, where the engine has one."""
    with nullcontext() if engine in FILES else throwaway.server(settings=_SETTINGS) as made:
        yield made


def database(engine: str, server: throwaway.Server | None, folder: Path) -> Database:
    """A new database. It is left where it is until the end: where many files were just deleted, some file systems
    (ext4) take several times as long to make others, and whoever comes next would pay for it."""
    name = f"bench_{next(_numbers)}"
    if server is None:
        path = folder / f"{name}.db"
        return Database(of_file(engine, path).shown, str(path))
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        # What one database has left to be written is not for the next tool to wait for.
        connection.execute("CHECKPOINT")
    return Database(server.url(name), name=name, socket=str(server.folder))


def tables(engine: str, at: Database) -> int:
    """How many tables of steps there are."""
    if engine == "sqlite":
        import sqlite3

        connection = sqlite3.connect(at.path)
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name GLOB 'table_*'"
    elif engine == "duckdb":
        import duckdb

        connection = duckdb.connect(at.path)
        query = "SELECT count(*) FROM duckdb_tables() WHERE table_name GLOB 'table_*'"
    else:
        connection = psycopg.connect(at.url)
        query = "SELECT count(*) FROM pg_tables WHERE starts_with(tablename, 'table_')"
    try:
        return connection.execute(query).fetchone()[0]
    finally:
        connection.close()
