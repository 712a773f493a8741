"""Database URLs: which engine, where, and how to show them without their secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from runner.errors import UsageError

SCHEMES = {
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "postgresql": "postgresql",
    "postgres": "postgresql",
}

_SECRET_PARAMETER = re.compile(r"(?i)([?&;\s](?:[a-z_]*password|passwd|pwd|[a-z_]*token|[a-z_]*secret)=)[^&\s]*")


@dataclass(frozen=True, slots=True)
class Target:
    """One database: its engine, the path of its file (embedded engines) and its URL without secrets."""

    engine: str
    path: str
    shown: str


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


def parse(url: str) -> Target:
    """The target that a URL names.

    In: ``sqlite:///relative/path``, ``sqlite:////absolute/path`` (percent-escapes are decoded).
    Raises UsageError for an unknown scheme, options that do not exist, or no path.
    """
    scheme, separator, rest = url.partition("://")
    engine = SCHEMES.get(scheme.lower()) if separator else None
    if engine is None:
        raise UsageError(
            f"{redact(url)!r} is not a database URL that rung knows",
            hint="write it as sqlite:///path/to/file.db (three slashes: relative path, four: absolute)",
        )
    if engine != "sqlite":
        raise UsageError(
            f"{engine} targets are not supported by this version of rung",
            hint="this version climbs SQLite: sqlite:///path/to/file.db",
        )
    location, question, _ = rest.partition("?")
    if question:
        raise UsageError(f"{redact(url)!r}: SQLite URLs take no options", hint="drop everything from the '?' on")
    if not location.startswith("/"):
        raise UsageError(
            f"{redact(url)!r} names a host, and SQLite has none",
            hint=f"a file in this directory is sqlite:///{location.rpartition('@')[2]}",
        )
    path = unquote(location[1:])
    if not path or path == ":memory:":
        raise UsageError(
            f"{redact(url)!r} names no file: a database in memory is gone when the command ends",
            hint="write sqlite:///path/to/file.db; `rung demo` shows a whole climb without a file of yours",
        )
    if "\0" in path:
        raise UsageError("the database path holds a NUL byte", hint="write sqlite:///path/to/file.db")
    return Target(engine, path, redact(url))
