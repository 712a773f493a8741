"""Copies of a SQLite database: one state of it, through SQLite's backup API, from a connection that only reads."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from runner.engines import Settings
from runner.engines.files import check_path, marks
from runner.engines.folders import Folder, cannot_copy, copy_files, folder, require_room
from runner.engines.sqlite_errors import translate
from runner.errors import LockedError, RungError
from runner.target import Target

# How much is copied at a time: after each piece Ctrl-C is heard. In pages, of 4096 bytes as a rule.
_PAGES = 4096
_READ_ONLY, _QUERY_ONLY = "ro", "rw"
# SQLite's names for what it cannot read without writing: a transaction to undo, a -shm to make.
_NEEDS_WRITING = (
    *("SQLITE_READONLY_ROLLBACK", "SQLITE_READONLY_RECOVERY", "SQLITE_READONLY_CANTINIT"),
    *("SQLITE_READONLY_DIRECTORY", "SQLITE_CANTOPEN"),
)
# Those that can only come from where is written.
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE")


@contextmanager
def room(origin: Target | None, where: str, settings: Settings, _: str) -> Iterator[Folder]:
    """See scratch.place()."""
    with folder(where) as (path, notes):
        found = Folder(path, origin, _make, lambda source, to: copy(source, to, settings), "sqlite")
        found.notes += notes
        yield found


def _make(target: Target) -> None:
    # To SQLite, an empty file is an empty database.
    Path(target.path).touch()


def copy(origin: Target, to: Path, settings: Settings) -> None:
    """Copy one state of a database, as it was committed, while others go on writing.

    With a rollback journal instead of a WAL, writers wait until the copy is made, as they do for every reader.
    Raises TargetError or LockedError.
    """
    # SQLite keeps its -wal beside the file that a link leads to.
    path = check_path(origin, "read").resolve()
    try:
        try:
            _back_up(path, to, settings)
        except sqlite3.Error as error:
            if not _name(error).startswith(_NEEDS_WRITING):
                raise
            _copy_at_rest(path, to, translate(error, origin, settings), origin)
    except sqlite3.Error as error:
        if _name(error).startswith(_FULL):
            raise cannot_copy(to.parent, "disk is full") from None
        raise translate(error, origin, settings) from None
    except UnicodeDecodeError as error:
        raise translate(error, origin, settings) from None


def _back_up(path: Path, to: Path, settings: Settings) -> None:
    """Copy through SQLite; the driver's own errors come through."""
    # Who closes a WAL database as the last one writes the WAL into the file, unless he may only read; with nothing in
    # the WAL, who may only read leaves -wal and -shm behind. A rollback journal may be one to undo, which is to write.
    mode = _READ_ONLY if _holds(path, "-wal") or _holds(path, "-journal") else _QUERY_ONLY
    with closing(_open(path, mode, settings)) as source, closing(_open(to, "rwc", settings)) as target:
        source.execute("PRAGMA query_only = ON")
        source.execute("BEGIN")
        # From this read on it is one state; without it, a backup begins again whenever somebody writes.
        source.execute("PRAGMA schema_version").fetchone()
        ((pages,),) = source.execute("PRAGMA page_count").fetchall()
        ((size,),) = source.execute("PRAGMA page_size").fetchall()
        require_room(to, pages * size)
        target.execute("PRAGMA synchronous = OFF")
        source.backup(target, pages=_PAGES, progress=_hear)
        source.execute("ROLLBACK")
        if mode == _QUERY_ONLY and _holds(path, "-wal"):
            # Somebody has written and closed meanwhile: with a reader beside us, we are not the last one.
            with closing(_open(path, _READ_ONLY, settings)) as reader:
                reader.execute("PRAGMA schema_version").fetchone()
                source.close()


def _hear(status: int, remaining: int, total: int) -> None:
    """Nothing: Python hears Ctrl-C where its own code runs, which is here, between pieces of a backup."""


def _open(path: Path, mode: str, settings: Settings) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=settings.lock_timeout_ms / 1000)


def _copy_at_rest(path: Path, to: Path, why: RungError, origin: Target) -> None:
    """Copy the files themselves, so that what SQLite would have to write goes into the copy.

    For a directory that nothing can be written in, and a transaction that a crash left half-way.
    """
    files = [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-journal")]
    before = marks(files)
    there = [file for file in files if file.exists()]
    if not all(os.access(file, os.R_OK) for file in there):
        raise why
    require_room(to, sum(file.stat().st_size for file in there))
    copy_files((file, to.with_name(to.name + file.name[len(path.name) :])) for file in there)
    if marks(files) != before:
        raise LockedError(f"{origin.shown}: somebody wrote to the database while its files were copied")


def _holds(path: Path, suffix: str) -> bool:
    """Whether there is something in a file beside the database."""
    try:
        return path.with_name(path.name + suffix).stat().st_size > 0
    except OSError:
        return False


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "") or ""
