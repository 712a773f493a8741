"""PostgreSQL's own programs: finding pg_dump and pg_restore, and letting the one's output into the other."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from runner import throwaway
from runner.errors import LockedError, MovedError, TargetError, some
from runner.target import Target, redact

_NEEDED = ("pg_dump", "pg_restore")
# How long a program may take to end when it is told to.
_PATIENCE_SECONDS = 5.0
# The whole database, in the format that pg_restore reads from a pipe. A subscription would receive what the original's
# does, and a tablespace is a directory of the original's machine.
_DUMP = ("--format=custom", "--compress=0", "--no-subscriptions", "--no-tablespaces", "--no-password")
# pg_restore 17 sets what a server before 17 does not know, and no option keeps it from that.
_UNKNOWN_SETTING = 'unrecognized configuration parameter "transaction_timeout"'
_UNKNOWN_SINCE = 17
# What it says of what it has listed and others have dropped since.
_GONE = re.compile(r"error: .*(does not exist|cache lookup failed|could not open relation with OID)")
_REFUSED = (
    ("permission denied", "the whole database is copied: GRANT pg_read_all_data TO the role, or use one that owns it"),
    ("row-level security", "the role does not see every row: use one with BYPASSRLS, or the owner of the tables"),
)


class RestoreError(TargetError):
    """pg_restore could not make a copy of what pg_dump could read: another server may take it."""


@dataclass(frozen=True, slots=True)
class Tools:
    """A folder with pg_dump and pg_restore, and their major version."""

    folder: Path
    major: int


@dataclass(frozen=True, slots=True)
class End:
    """One side of a copy: the database as it is shown, the major version of its server, libpq's variables."""

    shown: str
    major: int
    environment: Mapping[str, str]


def tools(major: int) -> Tools:
    """The oldest programs that can read a server of a major version. Raises TargetError where there are none."""
    found = [tool for tool in _all() if tool.major >= major]
    if not found:
        raise TargetError(
            f"a copy takes pg_dump and pg_restore {major} or later, and this machine has none",
            hint=f"apt-get install postgresql-client-{major}, or what brings them elsewhere; "
            "or disconnect everybody from the database, which PostgreSQL then copies itself",
        )
    return min(found, key=lambda tool: tool.major)


def _all() -> Iterator[Tools]:
    on_path = shutil.which("pg_dump")
    places = [*throwaway.places("installed"), *throwaway.places("embedded"), Path(on_path or "/pg_dump").parent]
    for place in places:
        if all((place / name).exists() for name in _NEEDED):
            major = re.match(r"\d+", throwaway.version(place / "pg_dump"))
            yield Tools(place, int(major[0]) if major else 0)


def copy(origin: Target, source: End, sink: End, lock_timeout_ms: int) -> None:
    """Dump a database and restore it into an empty one, with owners and grants, without a file in between.

    Raises TargetError (RestoreError: it could be read; LockedError: somebody holds a table of it locked; MovedError:
    somebody dropped something meanwhile) with what the programs said.
    """
    found = tools(source.major)
    lenient = found.major >= _UNKNOWN_SINCE > sink.major
    dump: list[Path | str] = [found.folder / "pg_dump", *_DUMP, f"--lock-wait-timeout={lock_timeout_ms}"]
    restore: list[Path | str] = [found.folder / "pg_restore", "--no-password", f"--dbname={_conninfo(sink)}"]
    if not lenient:
        restore.append("--exit-on-error")
    with (
        tempfile.TemporaryFile() as dump_says,
        tempfile.TemporaryFile() as restore_says,
        _running(dump, source, dump_says, stdout=subprocess.PIPE) as dumping,
        _running(restore, sink, restore_says, stdin=dumping.stdout) as restoring,
    ):
        if dumping.stdout:
            dumping.stdout.close()  # Ours; theirs is a pipe that breaks when one of them ends.
        codes = restoring.wait(), dumping.wait()
        told = [_told(dump_says, source), _told(restore_says, sink)]
    # Who cannot write any more, because the other has ended, is not the one to blame.
    if codes[1] not in {0, -signal.SIGPIPE} and not any("Broken pipe" in line for line in told[0]):
        raise _dump_error(origin, told[0], lock_timeout_ms)
    if codes[0] and not (lenient and _only_unknown_setting(told[1])):
        raise RestoreError(
            f"{sink.shown}: pg_restore could not make the copy",
            detail=some(told[1]),
            hint=_hint(told[1]),
        )


def _conninfo(sink: End) -> str:
    # pg_restore goes by PGDATABASE for everything but which database to restore into.
    name = sink.environment["PGDATABASE"].replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{name}'"


@contextmanager
def _running(command: list[Path | str], end: End, says: IO[bytes], **pipe: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A program while the block runs, ended if it outlives it. Its arguments, which all may read, hold no secret."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - PostgreSQL's own
        command,
        env={**environment, **end.environment, "LC_ALL": "C"},
        stderr=says,
        # Nothing is asked on the terminal, and Ctrl-C there is ours to pass on.
        start_new_session=True,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **pipe},
    )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and wait for it. At SIGTERM, it has the server end its statement."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_PATIENCE_SECONDS)
        except BaseException as error:
            process.kill()
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise


def _told(stream: IO[bytes], end: End) -> list[str]:
    """What a program said on standard error, without secrets."""
    stream.seek(0)
    text = stream.read().decode(errors="replace")
    if password := end.environment.get("PGPASSWORD"):
        text = text.replace(password, "***")
    return [redact(line) if "://" in line else line for line in text.splitlines()]


def _dump_error(origin: Target, told: list[str], lock_timeout_ms: int) -> TargetError:
    # pg_dump has no other timeout than the one for its locks, and calls it by two names.
    if any("due to lock timeout" in line or "due to statement timeout" in line for line in told):
        return LockedError(
            f"{origin.shown}: somebody holds a lock on a table that is to be copied "
            f"(waited {lock_timeout_ms / 1000:g} s)",
            detail=some(told),
        )
    kind = MovedError if _GONE.search(" ".join(told)) else TargetError
    return kind(f"{origin.shown}: pg_dump could not read the whole database", detail=some(told), hint=_hint(told))


def _hint(told: list[str]) -> str:
    text = " ".join(told)
    if "No space left" in text:
        return "free some space, or name another server with --scratch postgresql://…"
    otherwise = "see what it says; --scratch postgresql://… names another server for the copies"
    return next((hint for part, hint in _REFUSED if part in text), otherwise)


def _only_unknown_setting(told: list[str]) -> bool:
    text = "\n".join(told)
    return _UNKNOWN_SETTING in text and bool(re.search(r"errors ignored on restore: 1$", text))
