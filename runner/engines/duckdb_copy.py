"""Copies of a DuckDB database: its files, while DuckDB's own lock keeps every writer out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.engines import Settings
from runner.engines.duckdb import connect
from runner.engines.files import check_path
from runner.engines.folders import Folder, copy_files, folder, require_room
from runner.target import Target

# The file, and what DuckDB keeps beside it: what is committed and not yet in the file.
_SUFFIXES = ("", ".wal", ".wal.checkpoint", ".wal.recovery")


@contextmanager
def room(origin: Target | None, where: str, settings: Settings, _: str) -> Iterator[Folder]:
    """See scratch.place()."""
    with folder(where) as (path, notes):

        def make(target: Target) -> None:
            connect(target, "create", settings).close()

        found = Folder(path, origin, make, lambda source, to: copy(source, to, settings), "duckdb")
        found.notes += notes
        yield found


def copy(origin: Target, to: Path, settings: Settings) -> None:
    """Copy a database as it is, waiting for another process to let go of it.

    Not COPY FROM DATABASE, which leaves triggers out. Raises TargetError or LockedError.
    """
    path = check_path(origin, "read").absolute()
    session = connect(origin, "read", settings)
    try:
        files = [(found, to.with_name(to.name + suffix)) for suffix in _SUFFIXES if (found := _beside(path, suffix))]
        require_room(to, sum(source.stat().st_size for source, _ in files))
        copy_files(files)
    finally:
        session.close()


def _beside(path: Path, suffix: str) -> Path | None:
    found = path.with_name(path.name + suffix)
    return found if found.exists() else None
