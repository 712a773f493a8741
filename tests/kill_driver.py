"""Kill rung before the n-th statement that SQLite runs, for one n after the other. Run by test_kill.py.

Arguments: a database that serves as the start of every try, a folder for the tries, first n, step of n, and
the rung command with {url} where the URL goes. Each try is a fork that sends itself SIGKILL from SQLite's own
trace callback; the last one outlives its command. Prints one line a try: the word try, n, and how it ended.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

from runner import cli
from runner.engines import sqlite as engine


def attempt(number: int, database: Path, command: list[str]) -> int:
    """Run the command in a fork that dies before its statement ``number``; the wait status."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    seen = 0

    def count(_: str) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = sqlite3.connect

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(count)
        return connection  # type: ignore[no-any-return]

    engine.sqlite3.connect = traced  # type: ignore[assignment,attr-defined]
    os._exit(cli.run([part.format(url=f"sqlite:///{database}") for part in command]))


def main() -> None:
    start, folder = Path(sys.argv[1]), Path(sys.argv[2])
    first, by = int(sys.argv[3]), int(sys.argv[4])
    number = first
    while True:
        database = folder / f"{number}.db"
        if start.exists():
            shutil.copyfile(start, database)
        status = attempt(number, database, sys.argv[5:])
        ended = os.waitstatus_to_exitcode(status)
        print("try", number, ended, flush=True)
        if ended != -signal.SIGKILL:
            return
        number += by


if __name__ == "__main__":
    main()
