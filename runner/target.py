"""Database URLs: which engine, where, and how to show them without their secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from runner.errors import UsageError, visible

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
# As it is written, and as it is mistyped. The path after libpq's passfile is hidden with it.
_SECRET = re.compile(r"(?i)pas|pwd|pswd|token|secret")
# A name before "=", wherever it stands, and what may be its value: in quotes, or all up to the next option of a URL.
_NAME = re.compile(r"(?<![^=&;?\s])[^=&;?\s]*\s?=\s?")
_VALUE = re.compile(r"'(?:[^'\\]|\\.)*+'|[^&]*", re.DOTALL)
# What stands where a port should, and is none: a password after which the host was forgotten.
_NO_PORT = re.compile(r"(?<=://)(?P<host>[^/?@\[\]:]*:)(?![\d,]*(?:[,/?]|$))[^/?@]+")
_LEAST_SECRET = 3


class Target(NamedTuple):
    """One database: its engine, the path of its file (embedded engines) and its URL without secrets.

    conninfo: what a server's driver is given, with its secrets. schema: the one to work in; empty for the first of the
    server's search path.
    """

    engine: str
    path: str
    shown: str
    conninfo: str = ""
    schema: str = ""

    def __repr__(self) -> str:
        return f"Target({self.shown!r})"


def redact(url: str) -> str:
    """The URL with any password replaced by ``***``: in the user part and in parameters.

    Works on malformed URLs too, because those are quoted in error messages.
    """
    scheme, separator, rest = url.partition("://")
    if separator and "@" in rest and "@" not in scheme:
        # A password may hold '/' or '@' unescaped: everything up to the last '@' is user and password.
        userinfo, _, after = rest.rpartition("@")
        user, colon, _ = userinfo.partition(":")
        url = f"{scheme}://{user}{':***' if colon else ''}@{after}"
    elif "@" in url:
        url = "***@" + url.rpartition("@")[2]
    url = _NO_PORT.sub(r"\g<host>***", url)
    shown, at = "", 0
    for start, end in _secret_values(url):
        shown, at = f"{shown}{url[at:start]}***", end
    return shown + url[at:]


def without_secrets(text: str, url: str) -> str:
    """What a driver says of a URL, without what redact() takes out of that, as it stands there and decoded."""
    scheme, _, rest = url.partition("://")
    rest = url if not rest or ":" in scheme else rest
    shown = redact(url)
    found = [rest.rpartition("@")[0].partition(":")[2], *(match[1] for match in re.finditer(r":([^/?@:]+)", rest))]
    # A password with an unescaped "@" is taken apart there, and its rest for a host.
    found += found[0].split("@")
    found = [part for part in found if part and part not in shown]
    # First what is a secret by its name: of what only may be one, a piece could reach into it.
    for secrets in ([url[start:end] for start, end in _secret_values(url)], found):
        for secret in sorted({*secrets, *map(unquote, secrets)}, key=len, reverse=True):
            if len(secret) >= _LEAST_SECRET:
                text = text.replace(secret, "***")
    return text


def _secret_values(url: str) -> Iterator[tuple[int, int]]:
    """Where the values of parameters begin and end that are nobody's business."""
    at = 0
    while name := _NAME.search(url, at):
        at = name.end()
        if _is_secret(name[0]) and (value := _VALUE.match(url, at)):
            yield value.span()
            at = value.end()


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(unquote(name)))


def parse(url: str, schema: str = "") -> Target:
    """The target that a URL names.

    In: ``sqlite:///relative/path``, ``duckdb:////absolute/path`` (percent-escapes are decoded), or any URL that libpq
    takes: ``postgresql://user@host:5432/database?sslmode=require``. schema: a name, as it is without quotes.
    Raises UsageError for an unknown scheme, options that do not exist, no path, or a schema where there is none.
    """
    for text in (url, schema):
        # Bytes of the command line that are not UTF-8 arrive as halves of surrogate pairs.
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise UsageError(f"{visible(redact(text))!r} is not UTF-8", hint="write other bytes as %XX, if at all")
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
            hint=f"a file in this directory is {engine}:///{redact(url).partition('://')[2].rpartition('@')[2]}",
        )
    try:
        path = unquote(location[1:], errors="strict")
    except UnicodeDecodeError:
        raise UsageError(f"{redact(url)!r}: the path is not UTF-8", hint=f"write {example}") from None
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
