"""Forks that run rung, one or many at the same moment, each of them killed where and when it is told. See forks.py.

Everything is imported before the forks, so that a run costs little and a crowd of them begins at once. Reads one line
of JSON for each round, a list of runs, and answers with one: how each of them ended, and after how many seconds. A run:

commands: lists of arguments for rung, one after the other; yoyo as the first word stands for stock yoyo.
out: the file that its output goes to, line by line; what it says of errors goes to the same name with .err.
until: a file; the commands are repeated until it is there, or until one of them fails.
engine: whose statements are counted.
at: dies, or kills the server, before the statement with this number; after: as many seconds after its beginning.
grow: dies as a file grows beyond so many bytes, which it then has, perhaps with half of what was to be written.
whom: client (the run itself), backend (the server process it talks to), postmaster (the server's first process, by
SIGKILL), server (the same by SIGQUIT, as `pg_ctl stop -m immediate` does). A name with .fired beside out says that it
was done to a server. data: the server's data directory.
yoyo: where yoyo stands still: "begun" (it has its lock, and nothing of the step has run) or "done" (the step is
committed, and not recorded); at the step that step names; .there beside out says that it does. It goes on when .go is
there. Where DuckDB's lock is waited for, .waits is there.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import duckdb  # noqa: F401 - these are imported for the forks
import psycopg
import yoyo.backends
import yoyo.backends.core.postgresql
import yoyo.backends.core.sqlite3
import yoyo.migrations
import yoyo.scripts.main

from runner import (  # noqa: F401
    cli,
    climb,
    drift,
    drifting,
    drill,
    drill_report,
    drilling,
    report,
    throwaway,
)
from runner.engines import duckdb as duckdb_engine
from runner.engines import (  # noqa: F401
    duckdb_copy,
    postgresql,
    postgresql_copy,
    sqlite,
    sqlite_copy,
)
from runner.engines.postgresql_wire import Wire

Run = dict[str, Any]
_connections: list[Any] = []


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(together(json.loads(line))), flush=True)


def together(runs: list[Run]) -> list[tuple[int, float]]:
    """Run all of them, from the same moment on; the exit code of each (negative: a signal), and its seconds."""
    gate, opened = os.pipe()
    pids = [_fork(run, gate, opened) for run in runs]
    os.close(gate)
    began = monotonic()
    os.close(opened)
    (first, *_) = runs
    if first.get("after") is not None and first["whom"] == "client":
        sleep(first["after"])
        os.kill(pids[0], signal.SIGKILL)
    ended: dict[int, tuple[int, float]] = {}
    while len(ended) < len(pids):
        pid, status = os.wait()
        ended[pid] = os.waitstatus_to_exitcode(status), monotonic() - began
    return [ended[pid] for pid in pids]


def _fork(run: Run, gate: int, opened: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    code, timer = 70, None
    try:
        os.close(opened)
        for name, descriptor, stream in ((".err", 2, "stderr"), ("", 1, "stdout")):
            file = os.open(run["out"] + name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(file, descriptor)
            setattr(sys, stream, os.fdopen(descriptor, "w", buffering=1))
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        _arm(run)
        Path(run["out"] + ".pid").write_text(str(os.getpid()))
        os.read(gate, 1)
        if run.get("after") is not None and run["whom"] != "client":
            timer = threading.Timer(run["after"], _kill_server, [run])
            timer.daemon = True
            timer.start()
        code = _go(run)
        if timer:
            # Either it has killed, and said so, or it will not.
            timer.cancel()
            timer.join()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _go(run: Run) -> int:
    while True:
        for command in run["commands"]:
            print("$", *command)
            if run.get("grow") is not None:
                # Python ignores the signal, and would tell an error.
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                resource.setrlimit(resource.RLIMIT_FSIZE, (run["grow"], resource.RLIM_INFINITY))
            if code := _command(command):
                return code
        if not run.get("until") or Path(run["until"]).exists():
            return 0


def _command(command: list[str]) -> int:
    try:
        if command[0] == "yoyo":
            yoyo.scripts.main.main(command[1:])
            return 0
        return cli.run(command)
    except SystemExit as stop:
        return int(str(stop.code or 0))
    except Exception:  # noqa: BLE001 - as the interpreter would end it
        traceback.print_exc()
        return 1


def _arm(run: Run) -> None:
    """Count statements, each before the engine gets it, and do what is to be done at the one that was named."""
    at, seen = run.get("at"), 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == at:
            if run["whom"] == "client":
                os.kill(os.getpid(), signal.SIGKILL)
            _kill_server(run)

    engine = run.get("engine")
    if engine == "postgresql":
        _trace_postgresql(count, statements=at is not None and run["whom"] == "client")
    elif engine and at is not None:
        {"sqlite": _trace_sqlite, "duckdb": _trace_duckdb}[engine](count)
    if engine == "duckdb":
        _tell_of_waits(run)
    if run.get("yoyo"):
        _stop_yoyo(run)


def _tell_of_waits(run: Run) -> None:
    translate = duckdb_engine.translate

    def told(*arguments: Any) -> Any:
        Path(run["out"] + ".waits").touch()
        return translate(*arguments)

    duckdb_engine.translate = told


def _stop_yoyo(run: Run) -> None:
    process, log = yoyo.migrations.Migration.process_steps, yoyo.backends.DatabaseBackend.log_migration

    def stop(migration: Any) -> None:
        if run["step"] in migration.id:
            Path(run["out"] + ".there").touch()
            while not Path(run["out"] + ".go").exists():
                sleep(0.01)

    def processed(migration: Any, *arguments: Any, **options: Any) -> Any:
        stop(migration)
        return process(migration, *arguments, **options)

    def logged(backend: Any, migration: Any, *arguments: Any) -> Any:
        stop(migration)
        return log(backend, migration, *arguments)

    if run["yoyo"] == "begun":
        yoyo.migrations.Migration.process_steps = processed
    else:
        yoyo.backends.DatabaseBackend.log_migration = logged


def _trace_sqlite(count: Callable[..., None]) -> None:
    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]


def _trace_duckdb(count: Callable[..., None]) -> None:
    execute = duckdb_engine.DuckdbSession._execute

    def traced(*arguments: Any, **options: Any) -> Any:
        count()
        return execute(*arguments, **options)

    duckdb_engine.DuckdbSession._execute = traced  # type: ignore[method-assign]


def _trace_postgresql(count: Callable[..., None], *, statements: bool) -> None:
    """statements: a step goes to the server statement by statement, so that each boundary in it is one."""
    execute, ask, begin = psycopg.Connection.execute, Wire.ask, postgresql.PostgresqlSession.begin

    def traced(connection: Any, *arguments: Any, **options: Any) -> Any:
        if connection not in _connections:
            _connections.append(connection)
        count()
        return execute(connection, *arguments, **options)

    def asked(wire: Any, *arguments: Any, **options: Any) -> Any:
        # What was asked before is done by then.
        wire.settle()
        if wire._connection not in _connections:
            _connections.append(wire._connection)
        count()
        return ask(wire, *arguments, **options)

    def begun(session: Any, **options: Any) -> None:
        session.boundary = session.boundary or (lambda _: None)
        begin(session, **options)

    psycopg.Connection.execute = traced  # type: ignore[method-assign]
    Wire.ask = asked  # type: ignore[method-assign]
    if statements:
        postgresql.PostgresqlSession.begin = begun  # type: ignore[method-assign]


def _kill_server(run: Run) -> None:
    if run["whom"] == "backend":
        alive = [connection for connection in _connections if not connection.closed]
        if not alive:
            return
        pid, number = alive[-1].info.backend_pid, signal.SIGKILL
    else:
        pid = int((Path(run["data"]) / "postmaster.pid").read_text().split()[0])
        number = signal.SIGKILL if run["whom"] == "postmaster" else signal.SIGQUIT
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # It has just ended by itself.
    Path(run["out"] + ".fired").touch()


if __name__ == "__main__":
    main()
