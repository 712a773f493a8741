"""Databases that are one file (SQLite, DuckDB): what is wrong with a path, and which process is meant by a pid."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Protocol

from runner.engines import Access, Room, Row, Session, Value, Violation
from runner.errors import TargetError
from runner.sqlfile import SqlFile
from runner.target import Target


class AtOnce(Session, Protocol):
    """A session on an engine that runs in this process: what it is asked, it has answered by then."""

    def ask(self, file: SqlFile, parameters: Mapping[str, Value]) -> Callable[[], list[Row]]:
        rows = self.run(file, parameters)
        return lambda: rows

    def ask_script(self, file: SqlFile) -> None:
        self.run_script(file)

    def ask_violations(self, file: SqlFile) -> Callable[[], list[Violation]]:
        found = self.violations(file)
        return lambda: found

    def ask_commit(self, at: SqlFile | None = None) -> None:
        self.commit(at)

    def room(self) -> Room | None:
        return None

    def ask_time(self) -> Callable[[], float]:
        now = perf_counter() * 1000
        return lambda: now


def check_path(target: Target, access: Access) -> Path:
    """The path of a target's file, which may be absent for access ``create`` only.

    Raises TargetError for a directory, a pipe, a device, a missing file, a missing directory and what the system
    refuses to tell.
    """
    path = Path(target.path)
    try:
        if path.is_dir():
            raise TargetError(f"{target.shown}: this is a directory", hint="name a file in it")
        if path.exists() and not path.is_file():
            # Opening a pipe waits for somebody at its other end.
            raise TargetError(f"{target.shown}: this is a pipe or a device, and no file", hint="name a file")
        if not path.exists():
            if access != "create":
                raise TargetError(
                    f"{target.shown}: there is no such database",
                    hint="check the path; `rung up` makes a database where there is none",
                )
            if not path.absolute().parent.is_dir():
                raise TargetError(
                    f"{target.shown}: the directory {path.absolute().parent} does not exist",
                    hint=f"mkdir -p {path.absolute().parent}, then run the command again",
                )
    except OSError as error:
        raise TargetError(
            f"{target.shown}: {(error.strerror or str(error)).lower()}", hint="check the path and its permissions"
        ) from None
    return path


def marks(files: Sequence[Path]) -> list[tuple[int, int, int] | None]:
    """What tells whether somebody has written to files meanwhile; None for one that is not there."""
    found = [file.stat() if file.exists() else None for file in files]
    return [stat and (stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in found]


def process(pid: int) -> str:
    """A process as it is named to the user: ``process 4711 (python3)``."""
    try:
        command = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        command = "command not known"
    return f"process {pid} ({command})"


def has_open(pid: int, path: Path) -> bool:
    """Whether another process lives that has a file open, or may have it, where the system does not tell."""
    if pid == os.getpid():
        return False
    try:
        known = path.stat()
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                if os.path.samestat(descriptor.stat(), known):
                    return True
    except PermissionError:
        return True
    except FileNotFoundError:
        return not Path("/proc/self").exists() and _lives(pid)
    return False


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def link_whole(content: bytes, path: Path) -> None:
    """Make a file that has its content as soon as it is there, and is not there at all where this is killed.

    Raises OSError where it is there already, or the file system cannot do that.
    """
    descriptor = os.open(path.parent, getattr(os, "O_TMPFILE", 0) | os.O_RDWR, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
        os.link(f"/proc/self/fd/{descriptor}", path, follow_symlinks=True)
