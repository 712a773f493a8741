"""The least that a Python process can do: the same files, driver and transactions, one row of a log a step, and
nothing looked at; all in one transaction: one text. It is what rung is held against.

Usage: python floor.py up|down|one|query ENGINE DATABASE FOLDER
"""

import os
import sys
from collections.abc import Callable

LOG = "CREATE TABLE IF NOT EXISTS bench_log (id varchar(64) PRIMARY KEY, done_at timestamp NOT NULL)"


def main(way: str, engine: str, database: str, folder: str) -> None:
    execute = {"sqlite": sqlite, "duckdb": duckdb, "postgresql": postgresql}[engine](way, database)
    if way == "query":
        execute("SELECT count(*) FROM bench_log")
        return
    execute(LOG)
    if way == "one":
        execute("BEGIN;\n" + "".join(steps(way, folder)) + "COMMIT;")
        return
    for step in steps(way, folder):
        execute(f"BEGIN;\n{step}COMMIT;")


def steps(way: str, folder: str):
    """The text of each step with its row of the log."""
    back = way == "down"
    names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    for name in reversed(names) if back else names:
        if name.endswith(".rollback.sql") == back:
            id = name.partition(".")[0]
            with open(f"{folder}/{name}") as file:  # noqa: PTH123 (pathlib takes time to import)
                text = file.read()
            yield f"{text}\n" + (
                f"DELETE FROM bench_log WHERE id = '{id}';\n"
                if back
                else f"INSERT INTO bench_log VALUES ('{id}', current_timestamp);\n"
            )


def sqlite(way: str, database: str) -> Callable[[str], object]:
    import sqlite3

    connection = sqlite3.connect(database, isolation_level=None)
    if way == "query":
        return lambda text: connection.execute(text).fetchall()
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection.executescript


def duckdb(_: str, database: str) -> Callable[[str], object]:
    import duckdb

    return duckdb.connect(database).execute


def postgresql(_: str, database: str) -> Callable[[str], object]:
    import psycopg

    return psycopg.connect(database, autocommit=True).execute


if __name__ == "__main__":
    main(*sys.argv[1:])
