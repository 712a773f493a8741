"""What the tests of kills and crowds share: forks that run rung, servers that are killed, and what a database holds."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
from conftest import ROOT, call
from servers import SOURCES

from runner import climb, engines, examine, ledger, plan, project, throwaway
from runner.engines import Settings
from runner.examine import Object
from runner.ledger import Actor
from runner.project import Tree
from runner.sqlfile import SqlFile, read_file
from runner.target import parse

DRIVER = Path(__file__).with_name("fork_driver.py")
# What is committed is in the log before anybody is told so; a process's death loses nothing that the system has.
_SETTINGS = {"synchronous_commit": "on", "max_connections": "60", "max_locks_per_transaction": "256"}
_numbers = count()
_ROWS = "INSERT INTO customers (id, name) VALUES (1, 'Ada'), (2, 'Eve');"
_BARE = """
DO $$
DECLARE
    this text;
BEGIN
    FOR this IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE 'DROP TABLE ' || this || ' CASCADE';
    END LOOP;
    FOR this IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
        EXECUTE 'DROP FUNCTION ' || this;
    END LOOP;
END
$$
"""
_DONE = re.compile(r"^  ✓ (\d{4})\S* +(up|down)", re.MULTILINE)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that another process brings about."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it did not come about"
        sleep(0.02)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended (negative: by a signal), after how long, and what it said. fired: a server was killed."""

    code: int
    seconds: float
    out: str
    err: str
    fired: bool

    @property
    def reported(self) -> list[tuple[str, str]]:
        """The steps that it said are done: their numbers, and up or down. Of one transaction that is its last word."""
        together = "--one-transaction" in self.out and "applied and verified in" not in self.out
        return [] if together else _DONE.findall(self.out)


class Forks:
    """The process that forks (fork_driver.py), and its runs."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._numbers = count()
        self._outs: list[list[Path]] = []
        self._process = subprocess.Popen(
            [sys.executable, DRIVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), **environment},
        )

    def send(self, *runs: dict[str, Any]) -> list[Path]:
        """Let runs begin at the same moment; where the output of each goes."""
        outs = [self._folder / f"run-{next(self._numbers)}" for _ in runs]
        self._outs.append(outs)
        assert self._process.stdin
        lines = [{**run, "out": str(out)} for run, out in zip(runs, outs, strict=True)]
        self._process.stdin.write(json.dumps(lines, default=str) + "\n")
        self._process.stdin.flush()
        return outs

    def receive(self) -> list[Ended]:
        """Wait for the runs that were sent first."""
        assert self._process.stdout
        answer = self._process.stdout.readline()
        assert answer, "the forks' parent has ended"
        found = []
        for (code, seconds), out in zip(json.loads(answer), self._outs.pop(0), strict=True):
            fired = out.with_name(f"{out.name}.fired")
            found.append(Ended(code, seconds, _text(out), _text(out.with_name(f"{out.name}.err")), fired.exists()))
        return found

    def run(self, *command: object, **how: Any) -> Ended:
        """One run of one command."""
        self.send({"commands": [list(map(str, command))], **how})
        return self.receive()[0]

    def note(self, name: str) -> Path:
        """A file beside the output of the run that was sent: pid, there and waits it writes, go it reads."""
        (first, *_), *_ = self._outs
        return first.with_name(f"{first.name}.{name}")

    def said(self) -> str:
        """What the run that was sent has said so far."""
        return _text(self._outs[0][0])

    @property
    def pid(self) -> int:
        """Of the run that was sent."""
        return int(self.note("pid").read_text())

    def kill(self) -> None:
        """Kill the run that was sent."""
        os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """The forks' parent goes, and waits for no run."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(30)
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


class Cluster:
    """A PostgreSQL server that may be killed, and comes back."""

    def __init__(self, folder: Path, programs: Path, settings: dict[str, str]) -> None:
        self.data = folder / "data"
        self._folder = folder
        self._line = [programs / "postgres", "-D", self.data, "-k", folder, "-p", "5432"]
        self._line += [f"--{name}={value}" for name, value in {**throwaway._SETTINGS, **settings}.items()]
        self._process: subprocess.Popen[bytes] | None = None
        self._lives = self._times_ready()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self._folder}&port=5432"

    def revive(self) -> None:
        """Until it takes connections again, which it does after it has put itself right."""
        self._lives += 1
        until(self._is_ready)

    def _is_ready(self) -> bool:
        if not self._process or self._process.poll() is not None:
            # Whom the death of the first process left behind may have to notice it before another can begin.
            owner = self.data.stat()
            account: dict[str, Any] = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
            with (self._folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    self._line,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    cwd=self._folder,
                    start_new_session=True,
                    **(account if os.geteuid() == 0 else {}),
                )
        return self._times_ready() >= self._lives

    def _times_ready(self) -> int:
        return _text(self._folder / "log").count("database system is ready to accept connections")

    def stop(self) -> None:
        """For good."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(60)

    def tell(self, *texts: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements, each by itself; the rows of the last."""
        rows: list[tuple[Any, ...]] = []
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for text in texts:
                cursor = connection.execute(text)  # type: ignore[call-overload]
                rows = cursor.fetchall() if cursor.description else []
        return rows


@contextmanager
def cluster(**settings: str) -> Iterator[Cluster]:
    """A server of the first source that there is, which is not that of any other test."""
    source = next((source for source in SOURCES if throwaway.find(source)), SOURCES[0])
    with throwaway.server(source) as made:
        inside = sorted(made.folder.glob("**/bin/postgres"))
        programs = inside[0].parent if inside else made.programs
        owner = made.folder / "data" / "postmaster.pid"
        first = int(owner.read_text().split()[0])
        os.kill(first, signal.SIGINT)
        until(lambda: not owner.exists())
        found = Cluster(made.folder, programs, {**_SETTINGS, **settings})
        found.revive()
        try:
            yield found
        finally:
            found.stop()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a database holds. applied: ids by the ledger. rows: of each table, in an order that does not matter."""

    applied: tuple[str, ...]
    catalog: tuple[Object, ...]
    rows: dict[str, tuple[str, ...]]


def look(url: str) -> Seen:
    """What a database holds, after it was seen that its ledger agrees with itself."""
    target = parse(url)
    if target.path and not Path(target.path).exists():
        return Seen((), (), {})
    with closing(engines.connect(target, "write", Settings(lock_timeout_ms=1000))) as session:
        catalog = tuple(examine.objects(session))
        if parts := ledger._parts(session) & ledger._TABLES:
            assert ledger.is_installed(session), parts
        if target.engine != "postgresql":
            return Seen(_applied(session.query) if parts else (), catalog, _rows(session.query, catalog))
    # With a session of rung, a query of ours would have to say in which schema a table is.
    with psycopg.connect(target.conninfo, autocommit=True) as connection:

        def ask(text: str) -> list[Any]:
            return connection.execute(text).fetchall()  # type: ignore[call-overload]

        return Seen(_applied(ask) if parts else (), catalog, _rows(ask, catalog))


Ask = Callable[[str], list[Any]]


def _rows(ask: Ask, catalog: Sequence[Object]) -> dict[str, tuple[str, ...]]:
    tables = sorted(item.name for item in catalog if item.kind == "table")
    return {name: tuple(sorted(map(repr, ask(f'SELECT * FROM "{name}"')))) for name in tables}


def _applied(ask: Ask) -> tuple[str, ...]:
    """The steps that every part of the ledger says are applied."""

    def ids(text: str) -> list[Any]:
        return [row[0] for row in ask(text)]

    applied = ids("SELECT migration_id FROM _yoyo_migration ORDER BY 1")
    assert ids("SELECT migration_id FROM _rung_step ORDER BY 1") == applied
    log = "SELECT migration_id, {0}, count(*) FROM {1} GROUP BY 1, 2"
    for up, down, text in (
        ("apply", "rollback", log.format("operation", "_yoyo_log")),
        ("up", "down", log.format("operation || ' ' || outcome", "_rung_event")),
    ):
        told = Counter({(id, str(what).removesuffix(" ok")): int(str(n)) for id, what, n in ask(text)})
        for step in {id for id, _ in told} | set(applied):
            assert told[step, up] - told[step, down] == (step in applied), (step, told)
    return tuple(applied)


class Shelf:
    """Databases of one engine: new ones, copies of those that nobody uses, each until it is thrown away."""

    def __init__(self, engine: str, folder: Path, server: Cluster | None = None) -> None:
        self.engine = engine
        self._folder = folder
        self._server = server
        self._ready: dict[str, list[str]] = {}

    @property
    def data(self) -> Path | None:
        """The data directory of the server."""
        return self._server.data if self._server else None

    def revive(self) -> None:
        """Until the server that was killed takes connections again."""
        assert self._server
        self._server.revive()

    def tell(self, url: str, text: str) -> list[tuple[Any, ...]]:
        """Run a statement in a database of the server."""
        assert self._server
        return self._server.tell(text, database=self.name(url))

    def is_left_alone(self) -> bool:
        """Whether nobody but ourselves works on the server, neither rung nor what it began."""
        ours = "(application_name ~ '^(rung|pg_dump|pg_restore)' OR datname ~ '^rung_drill')"
        others = f"SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND {ours}"
        return not self._server or not self._server.tell(others)

    def left(self, where: Path) -> list[str]:
        """What a drill has left: databases, or folders of a place."""
        if self._server:
            names = self._server.tell("SELECT datname FROM pg_database WHERE datname ~ '^rung_drill_'")
            return [name for (name,) in names]
        return sorted(path.name for path in where.iterdir())

    def new(self) -> str:
        """The URL of a database in which nothing is."""
        name = f"kill_{next(_numbers)}"
        if self._server:
            self._server.tell(f"CREATE DATABASE {name} TEMPLATE template0")
            return self._server.url(name)
        return f"{self.engine}:///{self._folder / name}.db"

    def copy(self, url: str) -> str:
        """The URL of a copy."""
        if self._server:
            name = f"kill_{next(_numbers)}"
            until(lambda: self._free(url))
            # Of a copied sequence, PostgreSQL 15 forgets in a crash what it has given out since, until a checkpoint.
            self._server.tell(f"CREATE DATABASE {name} TEMPLATE {self.name(url)}", "CHECKPOINT")
            return self._server.url(name)
        copied = self.new()
        if (path := Path(parse(url).path)).exists():
            shutil.copyfile(path, parse(copied).path)
        return copied

    def begin(self, way: Climb) -> str:
        """A database at the beginning of a way."""
        ready = self._ready.get(way.start)
        return ready.pop() if ready else self.copy(way.start)

    def end(self, way: Climb, url: str) -> None:
        """A database at the end of a way is taken back to its beginning, where that costs less than a copy."""
        if not self._server or not (way.back or way.is_first):
            self.drop(url)
            return
        if way.is_first:
            self._server.tell(_BARE, database=self.name(url))
        else:
            go(url, way.tree, way.back)
        self._ready.setdefault(way.start, []).append(url)

    def drop(self, url: str) -> None:
        """Throw a database away."""
        if self._server:
            self._server.tell(f"DROP DATABASE {self.name(url)} WITH (FORCE)")
        else:
            path = Path(parse(url).path)
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()

    def original(self, url: str) -> object:
        """What a database is to the byte, as far as an engine tells."""
        if not self._server:
            path = Path(parse(url).path)
            log = path.with_name(f"{path.name}-wal")
            return path.read_bytes(), log.read_bytes() if log.exists() else b""
        names = self._server.tell(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
            database=self.name(url),
        )
        rows = {
            name: self._server.tell(f"SELECT ctid, xmin, * FROM {name}", database=self.name(url)) for (name,) in names
        }
        return rows, look(url)

    def _free(self, url: str) -> bool:
        assert self._server
        there = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{self.name(url)}'"
        return not self._server.tell(there)

    @staticmethod
    def name(url: str) -> str:
        """What the server calls a database."""
        return parse(url).conninfo.partition("@/")[2].partition("?")[0]


@dataclass(frozen=True, slots=True)
class Climb:
    """A family on its way: what a database holds at each boundary, after runs that nobody killed.

    command: up or down with its options. start: the database that it begins with. back: the command that leads there
    from the end, or empty. end: how many steps are applied there.
    by_count: what is to be seen with so many applied. steady: tables whose rows are the same whenever that is; of the
    others only the number is.
    """

    tree: Tree
    root: Path
    command: tuple[str, ...]
    start: str
    back: tuple[str, ...]
    end: int
    by_count: dict[int, Seen]
    steady: frozenset[tuple[int, str]]

    @property
    def arguments(self) -> list[str]:
        """What rung is told, the database left out."""
        return [self.command[0], self.tree.family, "--project", str(self.root), *self.command[1:]]

    def goes_on(self, url: str) -> None:
        """Go to the end, by the code of the command; a lock that somebody left would be an error."""
        go(url, self.tree, self.command)

    @property
    def is_first(self) -> bool:
        """Whether nothing is there at its beginning."""
        return self.command[0] == "up" and 0 in self.by_count

    def agrees(self, url: str) -> int:
        """Assert that a database is at a boundary, with the rows that it should have; how many steps are applied."""
        seen = look(url)
        number = len(seen.applied)
        assert seen.applied == tuple(step.id for step in self.tree.steps[:number])
        known = self.by_count[number]
        assert seen.catalog == known.catalog
        for table, rows in known.rows.items():
            if (number, table) in self.steady:
                assert seen.rows[table] == rows, table
            else:
                assert len(seen.rows[table]) == len(rows), table
        return number


def climbed(
    shelf: Shelf, tree: Tree, root: Path, start: str, command: Sequence[str], back: Sequence[str] = ()
) -> Climb:
    """Take a way without being killed, on the way up twice, boundary by boundary. command: up or down with its options.

    back: the command that leads to its beginning again, and loses nothing.
    """
    steps = [step.id for step in tree.steps]
    goal = len(steps) if command[0] == "up" else 0
    if "--to" in command:
        goal = steps.index(command[-1]) + 1
    walks: list[dict[int, Seen]] = []
    # What goes down writes no row of its own.
    for _ in range(2 if command[0] == "up" else 1):
        url = shelf.copy(start)
        seen = look(url)
        walk = {len(seen.applied): seen}
        while (number := len(seen.applied)) != goal:
            go(url, tree, ["up", "--to", steps[number]] if command[0] == "up" else ["down", "--steps", "1"])
            seen = look(url)
            walk[len(seen.applied)] = seen
        walks.append(walk)
        shelf.drop(url)
    first, second = walks[0], walks[-1]
    steady = frozenset(
        (number, table)
        for number, seen in first.items()
        for table, rows in seen.rows.items()
        if rows == second[number].rows[table]
    )
    return Climb(tree, root, tuple(command), start, tuple(back), goal, first, steady)


def go(url: str, tree: Tree, command: Sequence[str]) -> None:
    """Go up or down by the code of the commands, without their words, waiting a second for locks at most."""
    actor = Actor("tester", "here", "run")
    to = command[command.index("--to") + 1] if "--to" in command else None
    with closing(engines.connect(parse(url), "create", Settings(lock_timeout_ms=1000))) as session:
        now = examine.state(session, tree)
        if command[0] == "up":
            climb.up(session, tree, now, actor, to=to, one_transaction="--one-transaction" in command)
        else:
            everything, steps = "--all" in command, 1 if "--steps" in command else None
            climb.down(session, now, plan.descend(now, steps=steps, to=to, everything=everything), actor)


def filled(shelf: Shelf, tree: Tree, root: Path, low: int) -> tuple[str, str]:
    """A database at the head with the family's rows (a test tree's: two customers), and one that came down from it."""
    head = shelf.new()
    assert call("up", tree.family, "--project", root, "--url", head).code == 0
    with closing(engines.connect(parse(head), "write", Settings())) as session:
        session.begin()
        if (seed := project.seed_path(root, tree.family, tree.engine)).is_file():
            session.run_script(read_file(seed, "seed"))
        else:
            session.run_script(SqlFile("", "seed", _ROWS, ""))
        session.commit()
    lower = shelf.copy(head)
    assert call("down", tree.family, "--project", root, "--url", lower, "--to", tree.steps[low - 1].id).code == 0
    return head, lower


def carried(family: str, engine: str) -> tuple[Tree, Path]:
    """A family of the project's own, and the project."""
    return project.load(ROOT, family, engine), ROOT
