"""Scratch databases on a PostgreSQL server: made, dropped, and found again where a killed drill left them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

import psycopg

from runner.engines import Settings
from runner.engines.postgresql_errors import primary, translate
from runner.engines.postgresql_link import Link
from runner.errors import RungError, TargetError

# How often Ctrl-C may be pressed while the databases are dropped.
_PATIENCE = 3


class Databases:
    """Scratch databases of one server, ``rung_drill_<token>_<number>``; the lock of the token says that we live.

    name: of the first copy, on a server of our own, where the name of the original is free.
    """

    def __init__(self, link: Link, settings: Settings, name: str = "") -> None:
        self.link = link
        self._first = name
        self._settings = settings
        self._token = secrets.token_hex(8)
        self._numbers = count(1)
        self._made: list[str] = []

    def take_lock(self) -> None:
        """Before the first database is made."""
        self.link.ask("lock", token=self._token)

    def drop_stale(self) -> Iterator[str]:
        """Drop what killed drills left; each of it. Somebody may come first, or be connected again: then it stays."""
        for name in self.link.texts("stale"):
            with suppress(psycopg.Error):
                self._drop(name, force=False)
                yield name

    def name(self, *, copy: bool = False) -> str:
        """The name of the next database. It is dropped in the end, if it is there."""
        name = f"rung_drill_{self._token}_{next(self._numbers)}"
        if copy:
            name, self._first = self._first or name, ""
        self._made.append(name)
        return name

    def drop(self, name: str) -> None:
        """Drop a database before the end. Raises psycopg.Error."""
        self._drop(name, force=True)
        self._made.remove(name)

    def size(self, name: str) -> int:
        """The size of a database in bytes. Raises psycopg.Error."""
        ((size,),) = self.link.ask("size", name=name)
        return int(size)

    def drop_all(self) -> None:
        """Drop what was made, also when Ctrl-C is pressed meanwhile. Raises TargetError naming what is left."""
        interrupt: KeyboardInterrupt | None = None
        failure: psycopg.Error | TargetError | None = None
        for _ in range(_PATIENCE):
            try:
                self._drop_made()
                failure = None
                break
            except KeyboardInterrupt as error:
                interrupt = error
            except (psycopg.Error, TargetError) as error:
                failure = error
        if failure:
            words = primary(failure) if isinstance(failure, psycopg.Error) else failure.message
            raise TargetError(
                f"{self.link.target.shown}: the copy {self._made[0]} could not be dropped: {words}",
                hint=f"run DROP DATABASE {self._made[0]} WITH (FORCE); the next drill there removes it too",
            )
        if interrupt:
            raise interrupt

    def _drop_made(self) -> None:
        if self._made and self.link.broken:
            self.link = Link(self.link.target, self._settings)
        while self._made:
            self.drop(self._made[-1])

    def _drop(self, name: str, *, force: bool) -> None:
        for text in self.link.texts("drop", name=name, force=force):
            self.link.order(text)


@contextmanager
def databases(link: Link, settings: Settings, notes: list[str]) -> Iterator[Databases]:
    """Scratch databases on the server of a connection, which is closed in the end, as they are dropped.

    notes: gets what a killed drill had left. Raises TargetError where something cannot be dropped.
    """
    found = Databases(link, settings)
    try:
        try:
            found.take_lock()
            notes += [f"dropped {name}, which a killed drill had left" for name in found.drop_stale()]
        except psycopg.Error as error:
            raise translate(error, link.target, settings) from None
        yield found
    except RungError as error:
        try:
            found.drop_all()
        except TargetError as left:
            error.detail += (left.message, left.hint)
        raise
    except BaseException:
        found.drop_all()
        raise
    else:
        found.drop_all()
    finally:
        found.link.close()
