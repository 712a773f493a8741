"""How rung, the floor, the replay, the engine's own program and other tools are called. A tool is measured where it is
on the PATH and knows the engine. On PostgreSQL all of them talk through a socket.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

import workload
from runs import ENVIRONMENT, GROUPS, HERE, ROOT, Database, Tool
from workload import FAMILY, Step


@dataclass(frozen=True)
class Job:
    """What a tool is asked for: an engine's steps, written into a folder of its own, and the program's path."""

    engine: str
    work: list[Step]
    folder: Path
    program: str


Command = Callable[[Database], Sequence[str]]


def tools(
    engine: str, work: list[Step], folder: Path, chosen: Sequence[str], new: Callable[[], Database]
) -> Iterator[Tool]:
    """Every tool that is here, knows the engine and is chosen; nothing chosen: all. new: makes a database."""
    tree = folder / "tree"
    workload.for_rung(tree, engine, work)
    files = str(tree / "migrations" / FAMILY / engine)
    floor = [sys.executable, str(HERE / "floor.py")]
    ways = {"up": "up", "no-op": "query", "status": "query", "down": "down", "one": "one"}
    both = [
        Tool("rung", _rung(str(tree))),
        Tool(
            "floor",
            {name: _with_target([*floor, way, engine], [files]) for name, way in ways.items()},
        ),
    ]
    yield from (tool for tool in both if not chosen or tool.name in chosen)
    if not chosen or "replay" in chosen:
        yield Tool("replay", _replay(engine, str(tree), folder, new))
    for name, (make, engines) in _KNOWN.items():
        program = shutil.which(name, path=ENVIRONMENT["PATH"])
        if program and engine in engines and (not chosen or name in chosen):
            place = tree if name == "yoyo" else folder / name
            place.mkdir(exist_ok=True)
            yield make(Job(engine, work, place, program))


def rung() -> list[str]:
    """The installed program beside this Python; else its module."""
    program = Path(sys.executable).with_name("rung")
    return [str(program)] if program.exists() else [sys.executable, "-m", "runner"]


def _words(tree: str) -> dict[str, list[str]]:
    """What rung is told, by operation, up to the database."""
    of = [FAMILY, "--project", tree, "--quiet"]
    return {
        "up": ["up", *of, "--url"],
        "no-op": ["up", *of, "--url"],
        "status": ["status", *of, "--url"],
        "down": ["down", *of, "--all", "--yes", "--url"],
        "one": ["up", *of, "--one-transaction", "--url"],
    }


def _rung(tree: str) -> dict[str, Command]:
    return {name: _with_url([*rung(), *words]) for name, words in _words(tree).items()}


def _replay(engine: str, tree: str, folder: Path, new: Callable[[], Database]) -> dict[str, Command]:
    """rung runs once and is listened to; what it said to the engine is said again by a loop. It runs when that is asked
    for first, which is in the order of a group: what takes files away comes last here too."""
    replay = [sys.executable, str(HERE / "replay.py")]

    def command(name: str, at: Callable[[], Database]) -> Command:
        file = str(folder / f"{name}.said")

        @cache
        def record() -> None:
            words = [*_words(tree)[name], at().url]
            subprocess.run([*replay, "record", engine, file, *words], cwd=ROOT, stdin=subprocess.DEVNULL, check=True)

        def again(target: Database) -> list[str]:
            record()
            return [*replay, "again", engine, file, target.path or target.url]

        return again

    return {name: command(name, at) for group in GROUPS for at in [cache(new)] for name in group}


def _with_url(words: list[str]) -> Command:
    return lambda at: [*words, at.url]


def _with_target(words: list[str], more: list[str]) -> Command:
    return lambda at: [*words, at.path or at.url, *more]


def _always(*words: str) -> Command:
    return lambda _: words


def _version(program: str, option: str = "--version") -> str:
    said = subprocess.run([program, option], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    found = re.search(r"\d+\.\d+[\w.]*", said.stdout + said.stderr)
    return found[0] if found else ""


def _sqlalchemy(at: Database) -> str:
    return at.url.replace("postgresql://", "postgresql+psycopg://", 1)


def _sqlite3(job: Job) -> Tool:
    return _own(job, lambda text: lambda at: [job.program, "-bail", at.path, f".read {text}"])


def _psql(job: Job) -> Tool:
    quiet = [job.program, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]
    return _own(job, lambda text: lambda at: [*quiet, str(text), at.url])


def _own(job: Job, command: Callable[[Path], Command]) -> Tool:
    """The engine's own program with all steps in one file, a transaction each."""
    first = "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\n" if job.engine == "sqlite" else ""
    commands = {}
    for way in ("up", "down", "one"):
        text = job.folder / f"{way}.sql"
        text.write_text(first + workload.whole(job.work, way))
        commands[way] = command(text)
    return Tool(Path(job.program).name, commands, version=_version(job.program))


def _yoyo(job: Job) -> Tool:
    files = str(job.folder / "migrations" / FAMILY / job.engine)

    def call(way: str, *more: str) -> Command:
        return lambda at: [job.program, way, *more, "--no-config-file", "-d", _sqlalchemy(at), files]

    apply = call("apply", "--batch")
    commands = {"up": apply, "no-op": apply, "status": call("list"), "down": call("rollback", "--batch", "--all")}
    return Tool("yoyo", commands, version=metadata.version("yoyo-migrations"))


def _alembic(job: Job) -> Tool:
    workload.for_alembic(job.folder, job.work)
    up = _always(job.program, "upgrade", "head")
    commands = {
        "up": up,
        "no-op": up,
        "status": _always(job.program, "current"),
        "down": _always(job.program, "downgrade", "base"),
    }
    if job.engine == "postgresql":
        commands["one"] = _always(job.program, "-x", "one", "upgrade", "head")
    return Tool("alembic", commands, lambda at: {"BENCH_URL": _sqlalchemy(at)}, job.folder, _version(job.program))


def _dbmate(job: Job) -> Tool:
    workload.for_dbmate(job.folder, job.work)
    words = [job.program, "--no-dump-schema", "--migrations-dir", str(job.folder)]
    # It takes one step back at a time.
    each = f'n=0; while [ $n -lt {len(job.work)} ]; do "$@" || exit; n=$((n+1)); done'
    commands = {
        "up": _always(*words, "migrate"),
        "no-op": _always(*words, "migrate"),
        "status": _always(*words, "status"),
        "down": _always("sh", "-c", each, "_", *words, "rollback"),
    }

    def environment(at: Database) -> dict[str, str]:
        server = f"postgres://postgres@/{at.name}?socket={at.socket}"
        return {"DATABASE_URL": f"sqlite:{at.path}" if at.path else server}

    return Tool("dbmate", commands, environment, version=_version(job.program))


def _node_pg_migrate(job: Job) -> Tool:
    workload.for_node_pg_migrate(job.folder, job.work)
    words = [job.program, "-m", str(job.folder)]
    each = [*words, "--no-single-transaction", "--no-check-order"]
    commands = {
        "up": _always(*each, "up"),
        "no-op": _always(*each, "up"),
        "down": _always(*each, "down", str(len(job.work))),
        "one": _always(*words, "up"),
    }
    packages = (folder / "package.json" for folder in Path(job.program).resolve().parents)
    version = next((json.loads(file.read_text())["version"] for file in packages if file.exists()), "")
    return Tool(
        "node-pg-migrate",
        commands,
        lambda at: {"DATABASE_URL": f"postgresql://postgres@{quote(at.socket, safe='')}/{at.name}"},
        version=version,
    )


def _pyway(job: Job) -> Tool:
    workload.for_pyway(job.folder, job.work)
    kind = {"postgresql": "postgres"}.get(job.engine, job.engine)

    def call(way: str) -> Command:
        def command(at: Database) -> Sequence[str]:
            words = [job.program, "--database-migration-dir", ".", "--database-table", "pyway"]
            words += ["--database-type", kind, "--database-name", at.path or at.name]
            # It asks for these with a file too.
            words += ["--database-host", at.socket or ".", "--database-port", "5432"]
            words += ["--database-username", "postgres"]
            return [*words, way]

        return command

    commands = {"up": call("migrate"), "no-op": call("migrate"), "status": call("info")}
    return Tool("pyway", commands, folder=job.folder, version=_version(job.program, "-v"))


def _sqitch(job: Job) -> Tool:
    workload.for_sqitch(job.folder, job.engine, job.work)

    def call(way: str, *words: str) -> Command:
        return lambda at: [job.program, way, f"db:sqlite:{at.path}" if at.path else f"db:pg:{at.name}", *words]

    deploy = call("deploy", "--verify")
    return Tool(
        "sqitch",
        {"up": deploy, "no-op": deploy, "status": call("status"), "down": call("revert", "-y")},
        lambda at: {"PGHOST": at.socket, "PGUSER": "postgres"},
        job.folder,
        _version(job.program),
    )


def _sql_migrate(job: Job) -> Tool:
    workload.for_sql_migrate(job.folder / "steps", job.work)

    def call(way: str, *words: str) -> Command:
        def command(at: Database) -> Sequence[str]:
            kind = "sqlite3" if at.path else "postgres"
            source = at.path or f"host={at.socket} user=postgres dbname={at.name} sslmode=disable"
            (job.folder / "dbconfig.yml").write_text(
                f"bench:\n  dialect: {kind}\n  datasource: {source}\n  dir: steps\n"
            )
            return [job.program, way, "-env=bench", *words]

        return command

    commands = {"up": call("up"), "no-op": call("up"), "status": call("status"), "down": call("down", "-limit=0")}
    return Tool("sql-migrate", commands, folder=job.folder, version=_version(job.program))


_ALL, _TWO = ("sqlite", "duckdb", "postgresql"), ("sqlite", "postgresql")
_KNOWN: dict[str, tuple[Callable[[Job], Tool], Sequence[str]]] = {
    "sqlite3": (_sqlite3, ("sqlite",)),
    "psql": (_psql, ("postgresql",)),
    "yoyo": (_yoyo, _ALL),
    "alembic": (_alembic, _ALL),
    "pyway": (_pyway, _ALL),
    "dbmate": (_dbmate, _TWO),
    "sql-migrate": (_sql_migrate, _TWO),
    "sqitch": (_sqitch, _TWO),
    "node-pg-migrate": (_node_pg_migrate, ("postgresql",)),
}
