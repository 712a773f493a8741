"""A folder for copies of databases that are one file (SQLite, DuckDB), which is gone when it is left."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from runner.errors import TargetError, UsageError
from runner.target import Target, of_file, redact

PREFIX = "rung-drill-"
_ROOM_HINT = "free some space, or name a directory elsewhere with --scratch DIR"


class Folder:
    """Databases in a folder, each in one of its own under the name of the original.

    The name stays because DuckDB calls a database by it, so that a view may refer to it.
    make: makes an empty database. copy: copies the original.
    """

    def __init__(
        self,
        path: Path,
        origin: Target | None,
        make: Callable[[Target], None],
        copy: Callable[[Target, Path], None],
        engine: str,
    ) -> None:
        self.notes: list[str] = []
        self._path = path
        self._origin = origin
        self._make = make
        self._copy = copy
        self._engine = engine
        self._numbers = count(1)

    def empty(self, *, named: bool = False) -> Target:
        """A new empty database, which always has the name of the original."""
        target = of_file(self._engine, self._next())
        self._make(target)
        return target

    def copy(self, origin: Target) -> tuple[Target, int]:
        """A new copy of the original, and its size in bytes."""
        path = self._next()
        self._copy(origin, path)
        return of_file(self._engine, path), sum(file.stat().st_size for file in path.parent.iterdir())

    def _next(self) -> Path:
        name = Path(self._origin.path).name if self._origin else "scratch.db"
        folder = self._path / str(next(self._numbers))
        try:
            folder.mkdir()
        except OSError as error:
            raise _trouble(self._path, error) from None
        return folder / name


@contextmanager
def folder(where: str) -> Iterator[tuple[Path, list[str]]]:
    """A new folder in a directory (empty: the temporary one) for us alone, and what there is to tell about it.

    A lock on it says that its process lives: folders of the same user without one are removed first.
    Raises UsageError where there is no such directory, TargetError where nothing can be made in it.
    """
    base = Path(where or tempfile.gettempdir()).absolute()
    if not base.is_dir():
        raise UsageError(
            f"--scratch {redact(where)}: there is no such directory",
            hint="a SQLite or DuckDB database is copied into a directory: name one that is there",
        )
    notes = [f"removed {path}, which a killed drill had left" for path in _stale(base)]
    path, lock = _make(base)
    try:
        yield path, notes
    finally:
        _remove(path)
        os.close(lock)


def copy_files(files: Iterable[tuple[Path, Path]]) -> None:
    """Copy files, each to a new place, in a process of its own: POSIX gives up the locks of a process on a file when
    the process closes any descriptor of it. Where the file system can, the copy shares its blocks with the original.

    Raises TargetError.
    """
    for source, target in files:
        # Of GNU 9 and macOS 14, cp clones by itself.
        with subprocess.Popen(  # noqa: S603 - a fixed program, and paths that are no options
            ["cp", "--", source, target],  # noqa: S607 - the system's
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={"PATH": os.defpath, "LC_ALL": "C"},
        ) as process:
            try:
                _, words = process.communicate()
            finally:
                # At Ctrl-C, Python itself does not wait until it is gone.
                process.kill()
                process.wait()
        if process.returncode:
            raise cannot_copy(target.parent, " ".join(words.split()))


def require_room(target: Path, size_bytes: int) -> None:
    """Raise TargetError where a copy would not fit, before it fills the disk for everybody else on it."""
    free = shutil.disk_usage(target.parent).free
    if size_bytes > free:
        raise TargetError(
            f"{target.parent.parent}: the copy needs {_size(size_bytes)}, and {_size(free)} are free", hint=_ROOM_HINT
        )


def cannot_copy(folder: Path, words: str) -> TargetError:
    """Why nothing could be copied into a folder, in the words of whoever tried."""
    if "No space left" in words or "disk is full" in words:
        return TargetError(f"{folder.parent}: the disk is full, so there is no copy", hint=_ROOM_HINT)
    return TargetError(
        f"the database cannot be copied: {words}", hint="check the permissions of the file and of --scratch DIR"
    )


def _trouble(folder: Path, error: OSError) -> TargetError:
    words = (error.strerror or str(error)).lower()
    return TargetError(f"{folder}: nothing can be made in it: {words}", hint="name another directory with --scratch")


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:,.0f} MB"


def _make(base: Path) -> tuple[Path, int]:
    """A new folder, and the descriptor that locks it."""
    while True:
        try:
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
        except OSError as error:
            raise _trouble(base, error) from None
        lock = _lock(path)
        # Another drill may have taken it for a stale one, before it was locked.
        if lock is not None and path.exists():
            return path, lock


def _stale(base: Path) -> Iterator[Path]:
    """Remove the folders of this user that nobody has locked; each of them."""
    for path in sorted(base.glob(f"{PREFIX}*")):
        with suppress(OSError):
            if path.is_symlink() or path.stat().st_uid != os.geteuid() or (lock := _lock(path)) is None:
                continue
            _remove(path)
            os.close(lock)
            yield path


def _lock(path: Path) -> int | None:
    """A descriptor that locks the folder for as long as it is open (in this process: exec closes it)."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
        else:
            return descriptor
    return None


def _remove(path: Path) -> None:
    """Remove a folder with everything in it, also when Ctrl-C is pressed again meanwhile."""
    interrupted = None
    while path.exists():
        try:
            shutil.rmtree(path)
        except KeyboardInterrupt as error:
            interrupted = error
        except OSError:
            break
    if interrupted:
        raise interrupted
