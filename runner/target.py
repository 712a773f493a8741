"""Database URLs: which engine, where, and how to show them without their secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from runner.errors import UsageError

SCHEMES = {
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "postgresql+psycopg": "postgresql",
}

# The engines whose database is a file, with their names.
FILES = {"sqlite": "SQLite", "duckdb": "DuckDB"}

_MAX_NAME = 63  # NAMEDATALEN - 1 (PostgreSQL, 4.1.1 Identifiers and Key Words)
_SECRET_PARAMETER = re.compile(r"(?i)([?&;\s](?:[a-z_]*password|passwd|pwd|[a-z_]*token|[a-z_]*secret)=)[^&\s]*")


@dataclass(frozen=True, slots=True)
class Target:
    """One database: its engine, the path of its file (embedded engines) and its URL without secrets.

    conninfo: what a server's driver is given, with its secrets. schema: the one to work in; empty for the first of the
    server's search path.
    """

    engine: str
    path: str
    shown: str
    conninfo: str = field(default="", repr=False)
    schema: str = ""


def redact(url: str) -> str:
    """The URL with any password replaced by ``***``: in the user part and in parameters.

    Works on malformed URLs too, because those are quoted in error messages.
    """
    scheme, separator, rest = url.partition("://")
    if separator and "@" in rest:
        # A password may hold '/' or '@' unescaped: everything up to the last '@' is user and password.
        userinfo, _, after = rest.rpartition("@")
        user, colon, _ = userinfo.partition(":")
        url = f"{scheme}://{user}{':***' if colon else ''}@{after}"
    elif "@" in url:
        url = "***@" + url.rpartition("@")[2]
    return _SECRET_PARAMETER.sub(r"\1***", url)


def parse(url: str, schema: str = "") -> Target:
    """The target that a URL names.

    In: ``sqlite:///relative/path``, ``duckdb:////absolute/path`` (percent-escapes are decoded), or any URL that libpq
    takes: ``postgresql://user@host:5432/database?sslmode=require``. schema: a name, as it is without quotes.
    Raises UsageError for an unknown scheme, options that do not exist, no path, or a schema where there is none.
    """
    scheme, separator, rest = url.partition("://")
    engine = SCHEMES.get(scheme.lower()) if separator else None
    if engine is None:
        raise UsageError(
            f"{redact(url)!r} is not a database URL that rung knows",
            hint="write it as sqlite:///path/to/file.db, duckdb:///path/to/file.duckdb (three slashes: relative path, "
            "four: absolute) or postgresql://user@host/database",
        )
    if engine not in FILES:
        if "\0" in schema or len(schema.encode()) > _MAX_NAME:
            raise UsageError(f"{schema!r} cannot name a schema", hint=f"PostgreSQL takes up to {_MAX_NAME} bytes")
        return Target(engine, "", redact(url) + (f" schema {schema}" if schema else ""), f"{engine}://{rest}", schema)
    refuse_schema(engine, schema)
    name, example = FILES[engine], f"{engine}:///path/to/file.db"
    location, question, _ = rest.partition("?")
    if question:
        raise UsageError(f"{redact(url)!r}: {name} URLs take no options", hint="drop everything from the '?' on")
    if not location.startswith("/"):
        raise UsageError(
            f"{redact(url)!r} names a host, and {name} has none",
            hint=f"a file in this directory is {engine}:///{location.rpartition('@')[2]}",
        )
    path = unquote(location[1:])
    if not path or path == ":memory:":
        raise UsageError(
            f"{redact(url)!r} names no file: a database in memory is gone when the command ends",
            hint=f"write {example}; `rung demo` shows a whole climb without a file of yours",
        )
    if "\0" in path:
        raise UsageError("the database path holds a NUL byte", hint=f"write {example}")
    return Target(engine, path, redact(url))


def refuse_schema(engine: str, schema: str) -> None:
    """Raise UsageError for a schema that is asked for where a database is a file."""
    if schema and engine in FILES:
        raise UsageError("--schema is for PostgreSQL", hint=f"a {FILES[engine]} file is one schema: drop it")


def of_file(engine: str, path: Path) -> Target:
    """The target that is a file of an embedded engine."""
    return Target(engine, str(path), f"{engine}:///{path}")
