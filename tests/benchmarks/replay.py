"""What the promises cost: every file that a command of rung reads, read and hashed again, and everything that it says
to the engine, said again, by loops that do nothing else. Between the floor and this are the files in which an edit must
be noticed and the SQL that verifies and records; between this and rung, rung's own code.

Usage: python replay.py record ENGINE FILE WORD …            run the words as a command of rung, and keep what it did
       python replay.py again ENGINE FILE DATABASE [LEVEL]   do it again, up to a level: the driver, one query, the
                                                             files, the engine (the default), or rung's modules too
"""

from __future__ import annotations

import marshal
import os
import sys

TYPE_CHECKING = False  # To import typing takes longer than what is measured here.
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

DRIVERS = {"sqlite": "sqlite3", "duckdb": "duckdb", "postgresql": "psycopg"}
LEVELS = ("driver", "query", "files", "engine", "modules")


def record(engine: str, file: str, words: list[str]) -> None:
    said: list[Any] = []
    files = hear_files()
    {"sqlite": hear_sqlite, "duckdb": hear_duckdb, "postgresql": hear_postgresql}[engine](said.append)
    from runner import cli

    if code := cli.run(words):
        sys.exit(code)
    with open(file, "wb") as out:  # noqa: PTH123 (as is pathlib)
        marshal.dump((files, [*sys.modules], said), out)


def hear_files() -> list[str]:
    from runner import sqlfile

    files: list[str] = []
    read = sqlfile._bytes

    def reading(path: Any, root: Any) -> bytes:
        files.append(str(path))
        return read(path, root)

    sqlfile._bytes = reading
    return files


def hear_sqlite(keep: Callable[[Any], None]) -> None:
    import sqlite3

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            keep((sql, parameters))
            return super().execute(sql, parameters)

    connect = sqlite3.connect
    sqlite3.connect = lambda *arguments, **options: connect(*arguments, **options, factory=Connection)  # type: ignore[misc]


def hear_duckdb(keep: Callable[[Any], None]) -> None:
    import duckdb

    class Connection:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self.connection = connection

        def __getattr__(self, name: str) -> Any:
            return getattr(self.connection, name)

        def execute(self, query: Any, parameters: Any = None) -> Any:
            keep((getattr(query, "query", query), parameters))
            return self.connection.execute(query, parameters)

    connect = duckdb.connect
    duckdb.connect = lambda *arguments, **options: Connection(connect(*arguments, **options))  # type: ignore[assignment]


def hear_postgresql(keep: Callable[[Any], None]) -> None:
    import psycopg

    from runner.engines.postgresql_wire import Wire

    ask, execute, flush, until = Wire.ask, psycopg.Connection.execute, Wire.flush, Wire.until

    def asking(
        self: Wire, query: str, values: Any = (), *, prepare: bool = False, commits: bool = False, explain: Any
    ) -> Any:
        keep(("ask", query, list(values), prepare, commits))
        return ask(self, query, values, prepare=prepare, commits=commits, explain=explain)

    def executing(self: psycopg.Connection[Any], query: Any, values: Any = None, **options: Any) -> Any:
        keep(("now", query, values))
        return execute(self, query, values, **options)

    def flushing(self: Wire, *, answers: bool = False) -> None:
        keep(("flush", answers))
        flush(self, answers=answers)

    def waiting(self: Wire, one: Any) -> bool:
        keep(("until",))
        return until(self, one)

    def noted(name: str, method: Callable[[Wire], None]) -> Callable[[Wire], None]:
        def noting(self: Wire) -> None:
            if name != "settle" or self.waits:
                keep((name,))
            method(self)

        return noting

    Wire.ask, Wire.flush, Wire.until = asking, flushing, waiting  # type: ignore[method-assign]
    psycopg.Connection.execute = executing  # type: ignore[method-assign, assignment]
    for name in ("send", "settle", "forget"):
        setattr(Wire, name, noted(name, getattr(Wire, name)))


def again(engine: str, file: str, database: str, level: str = "engine") -> None:
    with open(file, "rb") as kept:  # noqa: PTH123
        files, modules, said = marshal.load(kept)
    todo = LEVELS[: LEVELS.index(level) + 1]
    if "modules" in todo:
        import_all(modules)
    if "files" in todo:
        read_all(files)
    if "query" not in todo:
        __import__(DRIVERS[engine])
    elif "engine" in todo:
        {"sqlite": say_sqlite, "duckdb": say_duckdb, "postgresql": say_postgresql}[engine](said, database)
    else:
        __import__(DRIVERS[engine]).connect(database).execute("SELECT count(*) FROM _yoyo_log").fetchall()


def read_all(files: list[str]) -> None:
    from hashlib import sha256

    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        sha256(os.read(descriptor, os.fstat(descriptor).st_size + 1)).hexdigest()
        os.close(descriptor)


def import_all(modules: list[str]) -> None:
    for name in modules:
        if name not in {"__main__", "__mp_main__"}:
            __import__(name)


def say_sqlite(said: list[Any], database: str) -> None:
    import sqlite3

    connection = sqlite3.connect(database, isolation_level=None)
    for sql, parameters in said:
        connection.execute(sql, parameters).fetchall()


def say_duckdb(said: list[Any], database: str) -> None:
    import duckdb

    connection = duckdb.connect(database)
    for query, parameters in said:
        connection.execute(query, parameters).fetchall()


def say_postgresql(said: list[Any], database: str) -> None:
    import psycopg

    from runner.engines.postgresql_wire import Wire

    def explain(error: psycopg.Error) -> Any:
        raise error

    wire, commit = Wire(psycopg.connect(database, autocommit=True)), None
    for word, *arguments in said:
        if word == "ask":
            query, values, prepare, commits = arguments
            asked = wire.ask(query, values, prepare=prepare, commits=commits, explain=explain)
            commit = asked if commits else commit
        elif word == "flush":
            wire.flush(answers=arguments[0])
        elif word == "until":
            wire.until(commit)
        else:
            getattr(wire, word)(*arguments)


if __name__ == "__main__":
    way, *rest = sys.argv[1:]
    if way == "record":
        record(rest[0], rest[1], rest[2:])
    else:
        again(*rest)
