"""The pytest plugin: `pytest --rung-url URL` runs the verify files and checks of a database as tests.

Every run of pytest loads it where rung is installed, so that the rest (runner.pytest_items) comes with the option.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options. The environment names no database here: tests must not meet one by accident."""
    add = parser.getgroup("rung", "the verify files and checks of a database as tests (rung)").addoption
    add("--rung-url", metavar="URL", help="the database, e.g. sqlite:///file.db; it is only read")
    add(
        "--rung-family",
        action="append",
        metavar="FAMILY",
        help="only this family, may be repeated (default: all that have an applied step in the database)",
    )
    add("--rung-schema", default="", metavar="NAME", help="the schema to look at, on PostgreSQL")
    add("--rung-project", metavar="DIR", help="folder with migrations/ and sql/ of your own")
    add("--rung-lock-timeout", type=float, default=5.0, metavar="SECONDS", help="wait for a lock (default 5)")


def pytest_configure(config: pytest.Config) -> None:
    """The marker, always; everything else where a database is named."""
    config.addinivalue_line("markers", "rung: a verify file, a check or the ledger of a database (--rung-url)")
    if config.getoption("rung_url") is not None:
        from runner.pytest_items import Items

        config.pluginmanager.register(Items(config), "rung-items")
