"""Where a drill tries things out: empty databases and copies of the user's, all of them gone when the place is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from runner import engines
from runner.engines import Settings
from runner.errors import UsageError
from runner.target import Target


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of a database: how to reach it, how large it is, and how long making it took (in ms)."""

    target: Target
    size_bytes: int
    took_ms: float


class Room(Protocol):
    """What an engine gives. notes: what is worth telling, more of it as time goes by."""

    notes: list[str]

    def empty(self, *, named: bool = False) -> Target:
        """A new empty database. named: called as the original is, where that is possible."""

    def copy(self, origin: Target) -> tuple[Target, int]:
        """A new copy of the original, and its size in bytes."""


class Place:
    """Empty databases and copies, as often as asked."""

    def __init__(self, room: Room, origin: Target | None) -> None:
        self._room = room
        self._origin = origin

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth telling so far: where the copies are and why there, what a killed drill had left."""
        return tuple(self._room.notes)

    def empty(self, *, named: bool = False) -> Target:
        """A new empty database. Raises TargetError where it cannot be made.

        named: called as the original is, for what goes by the name (pg_cron); on a server of our own, and only once.
        """
        return self._room.empty(named=named)

    def copy(self) -> Copied:
        """A new copy of the original with everything in it; the original is not written to.

        Raises TargetError or LockedError where it cannot be had, UsageError where the place has no original.
        """
        if not self._origin:
            raise UsageError("there is no database to copy", hint="name it with --url")
        began = monotonic()
        target, size = self._room.copy(self._origin)
        return Copied(target, size, (monotonic() - began) * 1000)


@contextmanager
def place(engine: str, origin: Target | None, where: str, settings: Settings, *, apart: str = "") -> Iterator[Place]:
    """A place of an engine while the block runs, for copies of ``origin`` where one is given.

    where: a directory (SQLite, DuckDB) or the URL of a server (PostgreSQL); empty for what is at hand.
    apart: why it may not be the original's own server, as when steps make or drop roles, which belong to all of a
    server; empty when it may.
    Everything that was made is removed when the block is left, however that comes about; what a killed process could
    not remove, the next place there removes.
    Raises UsageError for a ``where`` that does not exist, TargetError where nothing can be made.
    """
    with _room(engine, origin, where, settings, apart) as room:
        yield Place(room, origin)


def _room(
    engine: str, origin: Target | None, where: str, settings: Settings, apart: str
) -> AbstractContextManager[Room]:
    room: AbstractContextManager[Room] = engines.module(engine, "_copy").room(origin, where, settings, apart)
    return room
