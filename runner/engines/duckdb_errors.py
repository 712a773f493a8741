"""What DuckDB's errors mean for the person at the terminal."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from runner.engines import Settings
from runner.engines.files import process
from runner.errors import InterruptedRunError, LockedError, RungError, TargetError
from runner.target import Target

# Every error that the driver raises. RuntimeError: how it reports a query that a signal interrupted.
ERRORS = (duckdb.Error, RuntimeError)
_HOLDER = re.compile(r"Conflicting lock is held in .*?\(PID (\d+)\)")
_FILE_HINT = "check the permissions of the file and of its directory (DuckDB writes a .wal there)"
_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
_CORRUPT_HINT = "copy the file with its .wal beside it to a safe place, then restore a backup"
_MEMORY_HINT = "do less in one step, or give the machine more memory, or the disk of the file more room"
# A part of DuckDB's words, then what is wrong with the database, then what to do next. The first that fits counts.
_TROUBLES = (
    (
        "Trying to read a database file with",
        "the file was written by a newer DuckDB than this one ({version})",
        "update the duckdb package to the version that wrote it, or a later one",
    ),
    ("No space left on device", "the disk is full", "free some space, then run the command again"),
    ("Disk quota exceeded", "the quota of the disk is used up", "free some space, then run the command again"),
    ("File too large", "the file may not grow any more", "raise the limit on the size of files (ulimit -f)"),
    ("Permission denied", "DuckDB may not read or write the file", _FILE_HINT),
    ("Read-only file system", "the file system is read-only", _FILE_HINT),
    ("Too many open files", "this process may open no more files", "raise the limit (ulimit -n)"),
    ("failed to allocate", "DuckDB has no memory left ({message})", _MEMORY_HINT),
    ("failed to offload", "DuckDB has no room left to put what is not in memory ({message})", _MEMORY_HINT),
    ("read-only mode", "the database is open for reading only ({message})", "this command does not write"),
    ("Corrupt database file", "the database is corrupt ({message})", _CORRUPT_HINT),
    ("Failure while replaying WAL", "the write-ahead log is corrupt ({message})", _CORRUPT_HINT),
    ("database has been invalidated", "DuckDB closed the database ({message})", "run the command again"),
    ("is encrypted", "the file is encrypted, and rung has no key for it", "open it with the application that has it"),
)
# SQLite's file begins with this; DuckDB's has the second at byte 8, after a checksum.
_SQLITE_MAGIC, _DUCKDB_MAGIC = b"SQLite format 3\0", b"DUCK"


@dataclass(frozen=True, slots=True)
class Words:
    """A DuckDB error in parts. position: in bytes into the text that was parsed; None where DuckDB does not say."""

    kind: str
    message: str
    position: int | None = None
    name: str = ""


def words(error: Exception) -> Words:
    """An error taken apart. Sessions ask for errors as JSON; before that they are plain text."""
    text = str(error)
    kind, _, rest = text.partition(": ")
    try:
        found, _ = json.JSONDecoder().raw_decode(rest)
    except ValueError:
        return Words(kind, " ".join((rest if kind.endswith(" Error") else text).split()))
    position = found.get("position", "")
    message = " ".join(str(found.get("exception_message", "")).split()).partition(" Possible solutions: ")[0]
    return Words(
        str(found.get("exception_type", kind)),
        message,
        int(position) if position.isdigit() else None,
        str(found.get("name", "")),
    )


def translate(error: Exception, target: Target, settings: Settings) -> RungError:
    """The driver's error as one line, with what to do next."""
    found = words(error)
    if isinstance(error, duckdb.InterruptException) or "interrupted" in found.message.lower():
        return InterruptedRunError("interrupted")
    if "Could not set lock on file" in found.message:
        match = _HOLDER.search(found.message)
        holder = process(int(match[1])) if match else "another process"
        return LockedError(f"{target.shown}: the database is locked by {holder} {settings.waited}")
    if "different configuration than existing connections" in found.message:
        return LockedError(
            f"{target.shown}: this very process has the database open in another mode {settings.waited}",
            hint="close that connection first",
        )
    # What a full disk has left of a new database is an empty file.
    if not is_full(error) and (foreign := _foreign(target)) and not isinstance(error, RuntimeError):
        return TargetError(f"{target.shown}: {foreign}", hint="check the path in the URL")
    if known := trouble(error):
        what, hint = known
        return TargetError(f"{target.shown}: {what}", hint=hint)
    return TargetError(f"{target.shown}: DuckDB says: {found.message}")


def is_full(error: Exception) -> bool:
    """Whether there is no room for what was to be written."""
    return any(part in str(error) for part in _FULL)


def trouble(error: Exception) -> tuple[str, str] | None:
    """What is wrong with the database or the machine, and what to do next; None where it may be the statement."""
    message = words(error).message
    for part, what, hint in _TROUBLES:
        if part in message:
            return what.format(message=message, version=duckdb.__version__), hint
    return None


def _foreign(target: Target) -> str:
    """What the file is when it is not DuckDB's; empty when it is, or cannot be read."""
    # Looked at only after DuckDB refused it: closing a file drops the locks that this process holds on it.
    try:
        with Path(target.path).open("rb") as file:
            head = file.read(16)
    except OSError:
        return ""
    if not head:
        return "this file is empty, not a DuckDB database"
    if head == _SQLITE_MAGIC:
        return "this file is a SQLite database, not a DuckDB database"
    return "" if head[8:12] == _DUCKDB_MAGIC else "this file is not a DuckDB database"
