"""The least that a Python process can do: the same files, driver and transactions, one row of a log a step, and
nothing looked at. It is what `steps.py` holds rung against.

Usage: python floor.py up|down|one|no-op ENGINE DATABASE FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

LOG = "CREATE TABLE IF NOT EXISTS bench_log (id varchar(64) PRIMARY KEY, done_at timestamp NOT NULL)"


def main(way: str, engine: str, database: str, folder: str) -> None:
    execute, fetch = {"sqlite": _sqlite, "duckdb": _duckdb, "postgresql": _postgresql}[engine](database)
    if way == "no-op":
        print(fetch("SELECT count(*) FROM bench_log"))
        return
    execute(LOG)
    back = way == "down"
    paths = sorted(path for path in Path(folder).iterdir() if path.is_file())
    paths = [path for path in paths if path.name.endswith(".rollback.sql") == back]
    logged = (
        "DELETE FROM bench_log WHERE id = '{}'" if back else "INSERT INTO bench_log VALUES ('{}', current_timestamp)"
    )
    if way == "one":
        execute("BEGIN")
    for path in reversed(paths) if back else paths:
        text = f"{path.read_text()}\n{logged.format(path.name.partition('.')[0])};"
        execute(text if way == "one" else f"BEGIN;{text}COMMIT")
    if way == "one":
        execute("COMMIT;")


Calls = tuple[Callable[[str], Any], Callable[[str], Any]]


def _sqlite(database: str) -> Calls:
    import sqlite3

    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    cursor = connection.cursor()

    def execute(text: str) -> None:
        # executescript() commits what is open before it begins.
        if connection.in_transaction:
            for statement in _split(text):
                cursor.execute(statement)
        else:
            cursor.executescript(text)

    return execute, lambda text: cursor.execute(text).fetchall()


def _split(text: str) -> list[str]:
    from sqlite3 import complete_statement

    found, lines = [], []
    for line in text.splitlines():
        lines.append(line)
        if line.endswith(";") and complete_statement("\n".join(lines)):
            found.append("\n".join(lines))
            lines = []
    return found


def _duckdb(database: str) -> Calls:
    import duckdb

    connection = duckdb.connect(database)
    return connection.execute, lambda text: connection.execute(text).fetchall()


def _postgresql(database: str) -> Calls:
    import psycopg

    connection = psycopg.connect(database, autocommit=True)
    return connection.execute, lambda text: connection.execute(text).fetchall()


if __name__ == "__main__":
    main(*sys.argv[1:])
