"""Fixtures for mister_smith: real servers with the whole family on them, and beside it the seed as it was written.

Every test runs on each server that the machine has. A test in one transaction gets `db`, which is rolled back; one that
needs several sessions gets `fresh`, a copy of the database of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from conftest import call
from mister_smith_helpers import PRELOADED, SETTINGS, Conn, Home, database, rolled_back, write_seed
from servers import has_extension

from runner import throwaway
from runner.throwaway import Source

# The last step that every server can apply.
LAST = "0014"


def up(url: str, *arguments: str) -> None:
    result = call("up", "mister_smith", "--url", url, *arguments)
    assert result.code == 0, result.out + result.err


@pytest.fixture(scope="session", params=["installed", "embedded"])
def home(request: pytest.FixtureRequest) -> Iterator[Home]:
    source: Source = request.param
    found = throwaway.find(source)
    if not found:
        pytest.skip(f"no {source} PostgreSQL server is on this machine")
    is_preloaded = has_extension(found, "pg_cron") and has_extension(found, "pg_stat_statements")
    with throwaway.server(source, SETTINGS | (PRELOADED if is_preloaded else {})) as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE copy TEMPLATE template0")
            connection.execute("CREATE DATABASE seed TEMPLATE template0")
            up(server.url("copy"), "--to", LAST)
            # Not the other way round: pg_cron watches the database that it works in, which then cannot be copied.
            connection.execute("CREATE DATABASE family TEMPLATE copy")
        up(server.url("family"))
        with psycopg.connect(server.url("seed"), autocommit=True) as connection:
            write_seed(connection)
        yield Home(server, is_preloaded)


@pytest.fixture
def db(home: Home) -> Iterator[Conn]:
    """An open transaction on the family's database, as its superuser; undone afterwards."""
    with rolled_back(home.url()) as connection:
        yield connection


@pytest.fixture
def seed(home: Home) -> Iterator[Conn]:
    """The same on the seed as it was written."""
    with rolled_back(home.url("seed")) as connection:
        yield connection


@pytest.fixture
def fresh(home: Home) -> Iterator[str]:
    """The URL of a copy of the family's database."""
    with database(home, "copy") as url:
        yield url


@pytest.fixture
def empty(home: Home) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    with database(home, "template0") as url:
        yield url
