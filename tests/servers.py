"""PostgreSQL servers for tests: one of each source a worker, started when the first test asks, and a new database for
each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from runner import throwaway
from runner.throwaway import Binaries, Server, Source

SOURCES: tuple[Source, ...] = ("installed", "embedded")
# The one database of a server in which pg_cron works.
CRON = "conformance"
_SETTINGS = {"max_connections": "50", "max_locks_per_transaction": "256"}
# What optional steps require to be loaded, where the machine has it.
_LOADED = ("pg_stat_statements", "pg_cron")
# Debian keeps extensions apart from the programs.
EXTENSIONS = Path("/usr/share/postgresql")
_numbers = count()


def has_extension(server: Binaries, name: str) -> bool:
    """Whether the files of an extension are installed where the server looks for them."""
    share = server.programs.parent / "share"
    places = [share / "extension", share / "postgresql" / "extension"]
    if server.source == "installed":
        places.append(EXTENSIONS / server.version.split(".")[0] / "extension")
    return any((place / f"{name}.control").exists() for place in places)


class Servers:
    """The servers of this worker. Closed by the session's fixture."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: dict[Source, Server] = {}

    @property
    def first(self) -> Source:
        """The source of the server that is at hand, for what is the same on each."""
        return next((source for source in SOURCES if throwaway.find(source)), SOURCES[0])

    def get(self, source: Source) -> Server:
        """The server of a source; skips the test where the machine has none."""
        if source not in self._running:
            found = throwaway.find(source)
            if not found:
                pytest.skip(f"no {source} PostgreSQL server is on this machine")
            loaded = [name for name in _LOADED if has_extension(found, name)]
            preload = {"shared_preload_libraries": ",".join(loaded), "cron.database_name": CRON} if loaded else {}
            self._running[source] = self._stack.enter_context(throwaway.server(source, _SETTINGS | preload))
        return self._running[source]

    def forget_roles(self, source: Source) -> None:
        """Drop the roles that a server has left of databases that are gone; those that something uses stay."""
        with psycopg.connect(self.get(source).url(), autocommit=True) as connection:
            known = "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND oid >= 16384"
            for (role,) in connection.execute(known).fetchall():
                with suppress(psycopg.errors.DependentObjectsStillExist):
                    connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

    @contextmanager
    def database(self, source: Source, template: str = "template0", name: str = "") -> Iterator[str]:
        """The URL of a new database, dropped afterwards."""
        server = self.get(source)
        name = name or f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(server.url(), autocommit=True) as connection:
            names = sql.Identifier(name), sql.Identifier(template)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        try:
            yield server.url(name)
        finally:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))


def answers(connection: psycopg.Connection[Any], text: str) -> list[list[tuple[Any, ...]]]:
    """What every statement of a script returned."""
    cursor = connection.execute(text.encode())
    found = [cursor.fetchall()] if cursor.description else []
    while cursor.nextset():
        found += [cursor.fetchall()] if cursor.description else []
    return found


def violations(connection: psycopg.Connection[Any], file: Path) -> list[tuple[str, str]]:
    """What a verify file finds."""
    found = [row for rows in answers(connection, file.read_text(encoding="utf-8")) for row in rows]
    assert all(len(row) == 2 and all(isinstance(value, str) and value for value in row) for row in found), found
    return found


def waiting(url: str) -> bool:
    """Whether a step waits for an advisory lock, such as one that the test holds."""
    with psycopg.connect(url, autocommit=True) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'"
        return connection.execute(query).fetchall() == [(1,)]
