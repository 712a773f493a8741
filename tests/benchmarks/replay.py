"""What the promises cost the engine: everything that a command of rung says to it, said again by a loop that does
nothing else. Between the floor and this is the SQL that verifies and records; between this and rung, rung's own code.

Usage: python replay.py record ENGINE FILE WORD …    run the words as a command of rung, and keep what it said
       python replay.py again ENGINE FILE DATABASE   say it again
"""

import marshal
import sys
from collections.abc import Callable
from typing import Any


def record(engine: str, file: str, words: list[str]) -> None:
    said: list[Any] = []
    {"sqlite": hear_sqlite, "duckdb": hear_duckdb, "postgresql": hear_postgresql}[engine](said.append)
    from runner import cli

    if code := cli.run(words):
        sys.exit(code)
    with open(file, "wb") as out:  # noqa: PTH123 (pathlib takes time to import)
        marshal.dump(said, out)


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


def again(engine: str, file: str, database: str) -> None:
    with open(file, "rb") as said:  # noqa: PTH123
        words = marshal.load(said)
    {"sqlite": say_sqlite, "duckdb": say_duckdb, "postgresql": say_postgresql}[engine](words, database)


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
