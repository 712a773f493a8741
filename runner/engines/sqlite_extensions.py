"""SQLite's loadable extensions, as Python packages bring them: loaded for the one connection that asks."""

from __future__ import annotations

import sqlite3
import sys
from importlib import import_module

from runner.errors import TargetError
from runner.sqlfile import SqlFile, header


def load_what_it_requires(connection: sqlite3.Connection, file: SqlFile) -> None:
    """Load the extension that a query's header requires (``requires: extension sqlite-vec``), if it does.

    Raises TargetError where the package is missing, or Python's SQLite is built without extensions.
    """
    wanted = header(file).keys.get("requires", "").removeprefix("extension ") if file.kind == "query" else ""
    if not wanted:
        return
    if not hasattr(connection, "enable_load_extension"):
        raise TargetError(
            f"the query requires the SQLite extension {wanted}, and this Python cannot load one: {sys.executable}",
            hint="use a Python that is built with --enable-loadable-sqlite-extensions; Debian's and Homebrew's are",
        )
    try:
        extension = import_module(wanted.replace("-", "_"))
    except ModuleNotFoundError:
        raise TargetError(
            f"the query requires the SQLite extension {wanted}, which is not installed",
            hint="pip install 'rung[vec]' brings it" if wanted == "sqlite-vec" else f"pip install {wanted}",
        ) from None
    try:
        connection.enable_load_extension(True)
        connection.load_extension(extension.loadable_path())
    except sqlite3.Error as error:
        raise TargetError(f"the SQLite extension {wanted} cannot be loaded: {error}") from None
    finally:
        connection.enable_load_extension(False)
