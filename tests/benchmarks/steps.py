"""What a step costs: rung, the least that Python can do, the engine's own program and every other tool that is here,
in turns, each run a process of its own on a new database. Prints medians, and ratios to the floor; writes JSON and a
chart.

Usage: python tests/benchmarks/steps.py [--engines sqlite,duckdb,postgresql] [--steps 1000] [--repeat 3]
           [--tools rung,floor,…] [--json FILE] [--chart FILE]

Tools are looked for on the PATH: alembic, dbmate, liquibase, node-pg-migrate, sql-migrate, sqitch, yoyo; and sqlite3
and psql, the engines' own programs. On PostgreSQL all of them talk through a socket, which liquibase cannot.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import chart
import psycopg
import workload
from workload import FAMILY, Step

from runner import throwaway
from runner.target import FILES, of_file

HERE = Path(__file__).resolve().parent
# One is to be rolled back in one transaction too: PostgreSQL needs a lock for each object that is dropped.
_SETTINGS = {"max_locks_per_transaction": "2048"}
_numbers = count()


class Database(NamedTuple):
    """A new database: its URL; its path where it is a file; or its name and the folder of its server's socket."""

    url: str
    path: str = ""
    name: str = ""
    socket: str = ""


Commands = dict[str, Callable[[Database], Sequence[str]]]


@dataclass(frozen=True)
class Tool:
    """A tool and how it is called. commands: by operation: up, no-op, status, one (transaction), down."""

    name: str
    commands: Commands
    environment: Callable[[Database], dict[str, str]] = lambda _: {}
    folder: Path = HERE


@dataclass
class Runs:
    """What the runs of one tool took, by operation: wall seconds, and the most memory in bytes."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def tools(engine: str, work: list[Step], folder: Path) -> Iterator[Tool]:
    """Every tool that is here and knows the engine, with its files written below a folder."""

    def place(name: str) -> Path:
        made = folder / name
        made.mkdir(parents=True)
        return made

    tree = place("rung")
    workload.for_rung(tree, engine, work)
    files = str(tree / "migrations" / FAMILY / engine)
    rung = [sys.executable, "-m", "runner"]
    of = ["--project", str(tree), "--quiet"]
    yield Tool(
        "rung",
        {
            "up": lambda at: [*rung, "up", FAMILY, *of, "--url", at.url],
            "no-op": lambda at: [*rung, "up", FAMILY, *of, "--url", at.url],
            "status": lambda at: [*rung, "status", FAMILY, *of, "--url", at.url],
            "down": lambda at: [*rung, "down", FAMILY, "--all", "--yes", *of, "--url", at.url],
            "one": lambda at: [*rung, "up", FAMILY, "--one-transaction", *of, "--url", at.url],
        },
    )
    floor = [sys.executable, str(HERE / "floor.py")]
    yield Tool(
        "floor",
        {
            way: lambda at, way=way: [*floor, "no-op" if way == "status" else way, engine, at.path or at.url, files]  # type: ignore[misc]
            for way in ("up", "no-op", "status", "down", "one")
        },
    )
    yield from _bare(engine, work, folder)
    if yoyo := shutil.which("yoyo"):

        def apply(way: str) -> Callable[[Database], Sequence[str]]:
            return lambda at: [yoyo, way, "--batch", "--no-config-file", "-d", _sqlalchemy(at.url, "psycopg"), files]

        yield Tool("yoyo", {"up": apply("apply"), "no-op": apply("apply"), "down": apply("rollback")})
    if alembic := shutil.which("alembic"):
        made = place("alembic")
        workload.for_alembic(made, work)
        upgrade = [alembic, "upgrade", "head"]
        yield Tool(
            "alembic",
            {"up": lambda _: upgrade, "no-op": lambda _: upgrade, "down": lambda _: [alembic, "downgrade", "base"]},
            lambda at: {"BENCH_URL": _sqlalchemy(at.url, "psycopg")},
            made,
        )
    if (dbmate := shutil.which("dbmate")) and engine != "duckdb":
        made = place("dbmate")
        workload.for_dbmate(made, work)
        line = [dbmate, "--no-dump-schema", "--migrations-dir", str(made)]
        once = [*line, "rollback"]
        yield Tool(
            "dbmate",
            {
                "up": lambda _: [*line, "migrate"],
                "no-op": lambda _: [*line, "migrate"],
                # It takes one step back at a time.
                "down": lambda _: [
                    "sh",
                    "-c",
                    f'n=0; while [ $n -lt {len(work)} ]; do "$@"; n=$((n+1)); done',
                    "_",
                    *once,
                ],
            },
            lambda at: {
                "DATABASE_URL": f"sqlite:{at.path}" if at.path else f"postgres://postgres@/{at.name}?socket={at.socket}"
            },
        )
    if (node := shutil.which("node-pg-migrate")) and engine == "postgresql":
        made = place("node-pg-migrate")
        workload.for_node_pg_migrate(made, work)
        line = [node, "-m", str(made), "--no-single-transaction", "--no-check-order"]
        yield Tool(
            "node-pg-migrate",
            {
                "up": lambda _: [*line, "up"],
                "no-op": lambda _: [*line, "up"],
                "down": lambda _: [*line, "down", str(len(work))],
                "one": lambda _: [node, "-m", str(made), "up"],
            },
            lambda at: {"DATABASE_URL": f"postgresql://postgres@{quote(at.socket, safe='')}/{at.name}"},
        )
    if (sqitch := shutil.which("sqitch")) and engine != "duckdb":
        made = place("sqitch")
        workload.for_sqitch(made, engine, work)

        def call(*words: str) -> Callable[[Database], Sequence[str]]:
            return lambda at: [sqitch, words[0], f"db:sqlite:{at.path}" if at.path else f"db:pg:{at.name}", *words[1:]]

        yield Tool(
            "sqitch",
            {"up": call("deploy", "--verify"), "no-op": call("deploy", "--verify"), "down": call("revert", "-y")},
            lambda at: {"PGHOST": at.socket, "PGUSER": "postgres"},
            made,
        )
    if (sql_migrate := shutil.which("sql-migrate")) and engine != "duckdb":
        made = place("sql-migrate")
        workload.for_sql_migrate(made, work)

        def run(*words: str) -> Callable[[Database], Sequence[str]]:
            def command(at: Database) -> Sequence[str]:
                kind, source = (
                    ("sqlite3", at.path)
                    if at.path
                    else ("postgres", f"host={at.socket} user=postgres dbname={at.name}")
                )
                (made / "dbconfig.yml").write_text(
                    f"bench:\n  dialect: {kind}\n  datasource: {source}\n  dir: {made}\n"
                )
                return [sql_migrate, words[0], "-env=bench", *words[1:]]

            return command

        yield Tool("sql-migrate", {"up": run("up"), "no-op": run("up"), "down": run("down", "-limit=0")}, folder=made)
    if (liquibase := shutil.which("liquibase")) and engine == "sqlite":
        made = place("liquibase")
        workload.for_liquibase(made, work)

        def change(*words: str) -> Callable[[Database], Sequence[str]]:
            return lambda at: [
                *(liquibase, "--changelog-file=changelog.sql", "--show-banner=false"),
                f"--url=jdbc:sqlite:{at.path}",
                *words,
            ]

        back = change("rollback-count", str(len(work)))
        yield Tool("liquibase", {"up": change("update"), "no-op": change("update"), "down": back}, folder=made)


def _bare(engine: str, work: list[Step], folder: Path) -> Iterator[Tool]:
    """The engine's own program with all steps in one file, a transaction each."""
    program = {"sqlite": "sqlite3", "postgresql": "psql"}.get(engine, "")
    found = shutil.which(program) if program else None
    if not found:
        return
    texts = {way: folder / f"{way}.sql" for way in ("up", "down", "one")}
    first = "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\n" if engine == "sqlite" else ""
    texts["up"].write_text(first + "".join(workload.whole(work, "up")))
    texts["down"].write_text(first + "".join(workload.whole(work, "down")))
    one = "".join(text for step in work for text in ("\n".join(step.up), "\n"))
    texts["one"].write_text(f"{first}BEGIN;\n{one}COMMIT;\n")

    def command(way: str) -> Callable[[Database], Sequence[str]]:
        if engine == "sqlite":
            return lambda at: [found, "-bail", at.path, f".read {texts[way]}"]
        return lambda at: [found, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(texts[way]), at.url]

    yield Tool(program, {way: command(way) for way in texts})


def _sqlalchemy(url: str, driver: str) -> str:
    return url.replace("postgresql://", f"postgresql+{driver}://", 1)


@contextmanager
def database(engine: str, server: throwaway.Server | None, folder: Path) -> Iterator[Database]:
    """A new database."""
    name = f"bench_{next(_numbers)}"
    if server is None:
        path = folder / f"{name}.db"
        yield Database(of_file(engine, path).shown, str(path))
        for left in folder.glob(f"{name}.db*"):
            left.unlink()
        return
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield Database(server.url(name), name=name, socket=str(server.folder))
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        # What a database has left to be written is not the next tool's to wait for.
        connection.execute("CHECKPOINT")


def run(tool: Tool, operation: str, at: Database, runs: Runs) -> bool:
    """Run one operation of a tool, and note what it took; whether it went well."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **tool.environment(at)}
    command = tool.commands[operation](at)
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=tool.folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if process.returncode:
            runs.failed[operation] = said.read().decode(errors="replace").strip()[-300:]
            return False
    runs.seconds.setdefault(operation, []).append(took)
    runs.peak[operation] = max(runs.peak.get(operation, 0), usage.ru_maxrss * 1024)
    return True


def measure(engine: str, number: int, repeat: int, chosen: Sequence[str]) -> dict[str, Runs]:
    """The runs of each tool: up, no-op, status and down on one database, and one transaction on another."""
    work = workload.steps(engine, number)
    found: dict[str, Runs] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        nullcontext() if engine in FILES else throwaway.server(settings=_SETTINGS) as server,
    ):
        place = Path(folder)
        known = [tool for tool in tools(engine, work, place / "tools") if not chosen or tool.name in chosen]
        for _ in range(repeat):
            for tool in known:
                runs = found.setdefault(tool.name, Runs())
                for operations in (("up", "no-op", "status", "down"), ("one",)):
                    with database(engine, server, place) as at:
                        for operation in operations:
                            known_to = operation in tool.commands and operation not in runs.failed
                            if known_to and not run(tool, operation, at, runs):
                                break
                print(f"  {engine} {number}: {tool.name}", file=sys.stderr, flush=True)
    return found


OPERATIONS = {
    "up": "apply",
    "down": "roll back",
    "one": "apply, one transaction",
    "no-op": "nothing to apply",
    "status": "status",
}


def table(found: dict[str, Runs]) -> str:
    """The medians with their ratios to the floor, as a table in Markdown."""
    lines = ["| | " + " | ".join(OPERATIONS.values()) + " |", "|---|" + "---:|" * len(OPERATIONS)]
    for name, runs in found.items():
        cells = []
        for operation in OPERATIONS:
            if operation not in runs.seconds:
                cells.append("failed" if operation in runs.failed else "")
                continue
            seconds = statistics.median(runs.seconds[operation])
            floor = statistics.median(found["floor"].seconds.get(operation, [0.0])) if "floor" in found else 0.0
            cells.append(f"{seconds:.2f} s" + (f" ({seconds / floor:.2f})" if floor else ""))
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", default="sqlite,duckdb,postgresql")
    parser.add_argument("--steps", default="1000")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--tools", default="")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    everything: dict[str, dict[str, dict[str, object]]] = {}
    medians: dict[str, dict[str, float]] = {}
    for engine in options.engines.split(","):
        for number in map(int, options.steps.split(",")):
            found = measure(engine, number, options.repeat, [name for name in options.tools.split(",") if name])
            print(f"\n{engine}, {number:,} steps; in brackets the ratio to the floor\n\n{table(found)}\n", flush=True)
            for name, runs in found.items():
                for operation, why in runs.failed.items():
                    print(f"{name} {operation}: {why}", file=sys.stderr)
            everything[f"{engine} {number}"] = {name: asdict(runs) for name, runs in found.items()}
            medians[f"{engine}, {number:,} steps"] = {
                name: statistics.median(runs.seconds["up"]) for name, runs in found.items() if "up" in runs.seconds
            }
    if options.json:
        options.json.write_text(json.dumps(everything, indent=2) + "\n", encoding="utf-8")
    if options.chart:
        options.chart.write_text(chart.bars(medians), encoding="utf-8")


if __name__ == "__main__":
    main()
