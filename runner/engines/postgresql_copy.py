"""Copies of a PostgreSQL database: by the server itself where it can, else dumped and restored, there or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psycopg
from psycopg import errors as sqlstate

from runner.engines import Settings
from runner.engines.postgresql_errors import primary, translate
from runner.engines.postgresql_link import Link
from runner.engines.postgresql_original import Original, look, surroundings
from runner.engines.postgresql_own import start
from runner.engines.postgresql_scratch import Databases, databases
from runner.engines.postgresql_tools import End, RestoreError, copy
from runner.errors import MovedError, TargetError, UsageError, counted
from runner.target import FILES, Target, parse, redact

# Why PostgreSQL does not make a copy itself: somebody is connected, it is not ours, it takes too long.
_NO_TEMPLATE = (sqlstate.ObjectInUse, sqlstate.InsufficientPrivilege, sqlstate.QueryCanceled, sqlstate.LockNotAvailable)
# How often a database is copied again when others change its catalog meanwhile.
_TRIES = 5
# What it says of a locale that it does not know.
_NO_LOCALE = (sqlstate.WrongObjectType, sqlstate.InvalidParameterValue, sqlstate.FeatureNotSupported)


@contextmanager
def room(origin: Target | None, where: str, settings: Settings, apart: str) -> Iterator[Room]:
    """See scratch.place()."""
    with ExitStack() as stack:
        found = Room(stack, origin, settings, apart)
        if where:
            found.go(where)
        elif origin and not apart:
            found.stay(origin)
        yield found


class Room:
    """Scratch databases where they can be had: on a server that was named, on the original's, or on one of our own."""

    def __init__(self, stack: ExitStack, origin: Target | None, settings: Settings, why: str) -> None:
        self.notes: list[str] = []
        self._stack = stack
        self._origin = origin
        self._settings = settings
        # The server that was named or the original's; None where the databases go to one of our own.
        self._there: Databases | None = None
        self._is_named = False
        self._own: Databases | None = None
        # Why it is one of our own.
        self._why = why
        self._is_single = False

    def go(self, where: str) -> None:
        """To the server that was named. Raises UsageError, or TargetError where no database can be made on it."""
        target = parse(where)
        if target.engine in FILES:
            raise UsageError(
                f"--scratch {redact(where)}: a PostgreSQL database is copied to a server",
                hint="name one as postgresql://user@host/database; without --scratch rung looks for one itself",
            )
        link = Link(target, self._settings)
        if link.refusal:
            link.close()
            raise TargetError(
                f"{target.shown}: no scratch database can be made here: {link.refusal}",
                hint="name another server or role with --scratch, or leave it out",
            )
        self._is_named = True
        self._there = self._stack.enter_context(databases(link, self._settings, self.notes))

    def stay(self, origin: Target) -> None:
        """On the original's own server, where the role may."""
        link = Link(origin, self._settings)
        try:
            ((has_cron,),) = link.ask("cron")
            cron = "pg_cron works in one database of a server" if has_cron else ""
            self._why = link.refusal or cron or self._stay(link)
        except psycopg.Error as error:
            raise translate(error, origin, self._settings) from None
        finally:
            link.close()

    def _stay(self, link: Link) -> str:
        # Not in the original itself, whose other sessions keep PostgreSQL from copying it.
        try:
            beside = Link(link.other("postgres"), self._settings)
        except TargetError:
            beside = Link(link.other(link.database), self._settings)
        if beside.identity != link.identity:
            beside.close()
            return "the URL leads to one server now and to another then"
        self._there = self._stack.enter_context(databases(beside, self._settings, self.notes))
        return ""

    def empty(self, *, named: bool = False) -> Target:
        """A new empty database, which sorts and lets in as the original does, where there is one."""
        with self._explained():
            there = self._there or self._home()
            name = there.name(copy=named)
            if not self._origin:
                for text in there.link.texts("bare", name=name):
                    there.link.order(text)
                return there.link.other(name)
            original = look(self._origin, there.link, name, self._settings, own=there is self._own)
            self._make(there, original)
            self._carry(there, original.settings)
            if there is self._own:
                there.link.order(original.owns)
            return self._target(there, name, original)

    def copy(self, origin: Target) -> tuple[Target, int]:
        """A new copy of the original, and its size in bytes."""
        with self._explained():
            if self._there:
                try:
                    return self._copy_again(origin, self._there)
                except (RestoreError, sqlstate.InsufficientPrivilege) as error:
                    if self._is_named:
                        raise
                    # With owners and extensions that not every role may make.
                    words = primary(error) if isinstance(error, psycopg.Error) else " ".join(error.detail)
                    self._why = f"it could not be restored beside the original: {words}"
                    self._there = None
            return self._copy_again(origin, self._home(copy=True))

    def _copy_again(self, origin: Target, there: Databases) -> tuple[Target, int]:
        """Copy; again, where others change the catalog meanwhile."""
        for _ in range(_TRIES):
            with suppress(MovedError):
                return self._copy(origin, there)
        return self._copy(origin, there)

    def _copy(self, origin: Target, there: Databases) -> tuple[Target, int]:
        name = there.name(copy=True)
        original = look(origin, there.link, name, self._settings, own=there is self._own)
        why_not = self._copy_by_server(there, original) if original.here else "it is on another server"
        if not why_not:
            self._carry(there, original.grants)
        else:
            if original.here:
                self._note(f"dumped and restored, because {why_not}")
            self._make(there, original)
            shown, environment = there.link.other(name).shown, there.link.environment()
            sink = End(shown, there.link.major, environment | {"PGDATABASE": name})
            try:
                copy(origin, original.end, sink, self._settings.lock_timeout_ms)
            except TargetError:
                there.drop(name)
                raise
        self._carry(there, original.settings)
        return self._target(there, name, original), there.size(name)

    def _copy_by_server(self, there: Databases, original: Original) -> str:
        """Have the server make a copy itself, which it does while nobody is connected to the original; else why not.

        Nobody can connect meanwhile, so this may take no longer than a lock is waited for.
        """
        if original.others:
            return f"{counted(original.others, 'session is', 'sessions are')} connected to the database"
        there.link.limit(self._settings.lock_timeout_ms)
        try:
            there.link.order(original.copy)
        except _NO_TEMPLATE as error:
            return f"the server does not copy it: {primary(error)}"
        finally:
            there.link.limit(0)
        return ""

    def _make(self, there: Databases, original: Original) -> None:
        """An empty database that sorts as the original does where the server can, and lets in whom it does."""
        try:
            there.link.order(original.alike)
        except _NO_LOCALE as error:
            there.link.order(original.plain)
            self._note(f"the copy sorts by the bytes, unlike the original: {primary(error)}")
        self._carry(there, original.grants)

    def _carry(self, there: Databases, texts: list[str]) -> None:
        for text in texts:
            try:
                there.link.order(text)
            except psycopg.Error as error:
                self._note(f"not carried over to the copy: {text}: {primary(error)}")

    def _target(self, there: Databases, name: str, original: Original) -> Target:
        schema = self._origin.schema if self._origin else ""
        if there is not self._own:
            return there.link.other(name, schema=schema)
        there.link.order(original.login)
        if original.role != original.user:
            self._note(f"there the steps run as {original.role}, who owns what is in the schema")
        return there.link.other(name, original.role, schema)

    def _home(self, *, copy: bool = False) -> Databases:
        """On a server of our own, started when it is first asked for, and for each copy where it can hold only one."""
        if not self._own or (copy and self._is_single):
            around = None
            if self._origin:
                link = Link(self._origin, self._settings)
                try:
                    around = surroundings(link)
                finally:
                    link.close()
            server, self._own = start(self._stack, around, self._why, self._settings)
            if around:
                self._is_single = around.has_cron
                self._carry(self._own, around.roles)
                self._note(f"copied to a PostgreSQL {server.version} server of its own: {self._why}")
        return self._own

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            there = self._there or self._own
            target = there.link.target if there else self._origin
            raise translate(error, target or Target("postgresql", "", "PostgreSQL"), self._settings) from None
