"""What SQLite's errors mean for the person at the terminal, and who holds its locks."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from runner.engines import Settings
from runner.engines.files import process
from runner.errors import InterruptedRunError, LockedError, RungError, TargetError, printable
from runner.target import Target

# What Python's driver raises. It turns SQLite's own "out of memory" into Python's, and cannot read its words where they
# quote a name that is not UTF-8.
ERRORS = (sqlite3.Error, MemoryError, UnicodeDecodeError)
FILE_HINT = (
    "check the permissions of the file and of its directory (SQLite writes -wal and -shm files there), "
    "and how many files may be open (ulimit -n)"
)
# The smallest -shm file. Where there is no room for it, SQLite speaks of an I/O error.
_SHM_BYTES = 32 * 1024
# What SQLite says where an aggregate of ours has raised what is no lack of memory.
_INTERRUPTED = "user-defined aggregate's "
# By the beginning of SQLite's name of the error: what is wrong with the database, and what to do next.
_TROUBLES = {
    "SQLITE_NOTADB": ("this file is not a SQLite database", "check the path in the URL"),
    "SQLITE_CORRUPT": (
        "the database is corrupt ({error})",
        "copy the file with its -wal beside it to a safe place, then restore a backup; "
        "PRAGMA integrity_check says what is damaged",
    ),
    "SQLITE_READONLY": ("the database is read-only ({error})", FILE_HINT),
    "SQLITE_FULL": ("the disk is full", "free some space, then run the command again"),
    "SQLITE_CANTOPEN": ("SQLite cannot open the file ({error})", FILE_HINT),
    "SQLITE_IOERR": ("reading or writing the file failed ({error})", "check the disk"),
}


def translate(error: sqlite3.Error | MemoryError | UnicodeDecodeError, target: Target, settings: Settings) -> RungError:
    """The driver's error as one line, with what to do next."""
    if isinstance(error, MemoryError):
        return TargetError(f"{target.shown}: SQLite has no memory left", hint="do less in one step or free some")
    if isinstance(error, UnicodeDecodeError):
        said = error.object.decode(errors="backslashreplace") if isinstance(error.object, bytes) else ""
        return TargetError(
            f"{target.shown}: the database holds what is not UTF-8: {printable(said)}",
            hint="restore a backup, or mend it by hand; PRAGMA integrity_check says what is damaged",
        )
    name: str = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_IOERR") and _is_full(Path(target.path)):
        name = "SQLITE_FULL"
    if name == "SQLITE_INTERRUPT" or str(error).startswith(_INTERRUPTED):
        # The driver swallows a KeyboardInterrupt that is raised in its progress handler or in an aggregate of ours, and
        # reports these instead.
        return InterruptedRunError("interrupted")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        holders = _holders(Path(target.path))
        return LockedError(
            f"{target.shown}: the database is locked by {holders or 'another connection'} {settings.waited}"
        )
    for prefix, (message, hint) in _TROUBLES.items():
        if name.startswith(prefix):
            return TargetError(f"{target.shown}: {message.format(error=error)}", hint=hint)
    return TargetError(f"{target.shown}: SQLite says: {error}")


def _is_full(path: Path) -> bool:
    """Whether the disk of a file has no room for what SQLite puts beside it."""
    try:
        return shutil.disk_usage(path.absolute().parent).free < _SHM_BYTES
    except OSError:
        return False


def _holders(path: Path) -> str:
    """Who holds a lock on the file, from the kernel's list of locks (Linux); empty where that is not to be had."""
    try:
        files = [path, path.with_name(f"{path.name}-shm")]
        inodes = {file.stat().st_ino for file in files if file.exists()}
        rows = [line.split() for line in Path("/proc/locks").read_text().splitlines() if "->" not in line]
        ours = [row for row in rows if int(row[5].rsplit(":", 1)[1]) in inodes and int(row[4]) not in (os.getpid(), 0)]
        # Readers hold locks too; they are named only when no writer is.
        pids = {int(row[4]) for row in ours if row[3] == "WRITE"} or {int(row[4]) for row in ours}
        return " and ".join(process(pid) for pid in sorted(pids))
    except (OSError, ValueError, IndexError):
        return ""
