"""Kill rung before the n-th statement that an engine runs, for one n after the other. Run by test_kill.py.

Arguments: the engine, a database that serves as the start of every try, a folder for the tries, first n, step of n,
and the rung command with {url} where the URL goes. Each try is a fork that sends itself SIGKILL, on SQLite from its
own trace callback, on DuckDB, which has none, as a statement is handed to it; the last one outlives its command.
Prints one line a try: the word try, n, and how it ended.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb  # noqa: F401 - before the forks, so that each of them does not import it

from runner import cli
from runner.engines import duckdb as duckdb_engine
from runner.engines import sqlite as sqlite_engine
from runner.target import of_file


def attempt(engine: str, number: int, database: Path, command: list[str]) -> int:
    """Run the command in a fork that dies before its statement ``number``; the wait status."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    {"sqlite": _trace_sqlite, "duckdb": _trace_duckdb}[engine](count)
    os._exit(cli.run([part.format(url=of_file(engine, database).shown) for part in command]))


def _trace_sqlite(count: Callable[..., None]) -> None:
    connect = sqlite3.connect

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(count)
        return connection  # type: ignore[no-any-return]

    sqlite_engine.sqlite3.connect = traced  # type: ignore[assignment,attr-defined]


def _trace_duckdb(count: Callable[..., None]) -> None:
    execute = duckdb_engine.DuckdbSession._execute

    def traced(*arguments: object, **options: object) -> object:
        count()
        return execute(*arguments, **options)  # type: ignore[arg-type]

    duckdb_engine.DuckdbSession._execute = traced  # type: ignore[assignment,method-assign]


def main() -> None:
    engine, start, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    first, by = int(sys.argv[4]), int(sys.argv[5])
    number = first
    while True:
        database = folder / f"{number}.db"
        if start.exists():
            shutil.copyfile(start, database)
        status = attempt(engine, number, database, sys.argv[6:])
        ended = os.waitstatus_to_exitcode(status)
        print("try", number, ended, flush=True)
        if ended != -signal.SIGKILL:
            return
        number += by


if __name__ == "__main__":
    main()
