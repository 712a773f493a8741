"""Killed at any moment, a database is at a step boundary, its ledger agrees, and the next run completes.

Whoever is killed: rung, the server process that it talks to, or the whole server. What a run said was done is there
afterwards, rows that were there stay, and nothing is left that anybody has to clean up.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import psycopg
import pytest
from conftest import ROOT, Rung, Tree, call
from forks import Climb, Cluster, Ended, Forks, Shelf, carried, climbed, cluster, filled, look, until

from runner import engines, examine, project
from runner.engines import Settings
from runner.examine import Object
from runner.target import of_file

Soak = Callable[[int], Iterator[Random]]
SMALL = {"sqlite": "good-third", "duckdb": "duckdb", "postgresql": "postgresql"}
# A family of each engine, and how many of its steps stay where rows are below the others.
REAL = {"sqlite": ("ggen", 4), "duckdb": ("agentdb", 5), "postgresql": ("archon", 3)}
ENGINES = tuple(SMALL)
WAYS = {
    "first up": ["up", "--to", "0001.shop-customers"],
    "up": ["up"],
    "one transaction": ["up", "--one-transaction"],
    "down": ["down", "--to", "0001.shop-customers"],
}
# From there they go again and again, on a server where a copy costs more.
BACK = {"up": ["down", "--to", "0001.shop-customers"], "down": ["up"]}


# Where a try costs more, so many statements are passed over that others stand for; with --soak none is.
BY = {
    ("duckdb", "first up"): 4,
    ("duckdb", "one transaction"): 6,
    ("duckdb", "down"): 2,
    ("postgresql", "first up"): 3,
    ("postgresql", "one transaction"): 6,
}


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A PostgreSQL server that may be killed."""
    with cluster() as found:
        yield found


def a_shelf(engine: str, request: pytest.FixtureRequest, folder: Path) -> Shelf:
    (folder / "databases").mkdir()
    return Shelf(engine, folder / "databases", request.getfixturevalue("server") if engine == "postgresql" else None)


@pytest.fixture
def forks(tmp_path: Path) -> Iterator[Forks]:
    (tmp_path / "runs").mkdir()
    found = Forks(tmp_path / "runs")
    yield found
    found.close()


def survives(shelf: Shelf, way: Climb, forks: Forks, *, briefly: bool = False, **how: Any) -> Ended:
    """Kill one run. Its database is at a boundary, holds what was said to be done, and the next run completes.

    briefly: the end is believed to that run's verification.
    """
    url = shelf.begin(way)
    ended = forks.run(*way.arguments, "--url", url, engine=shelf.engine, data=shelf.data, **how)
    if ended.fired:
        shelf.revive()
    number = way.agrees(url)
    for step, direction in ended.reported:
        assert (int(step) <= number) == (direction == "up"), (ended, number)
    assert ended.code <= 0 or ended.fired, f"nobody was killed: {ended.err}"
    assert ended.code or number == way.end
    if "--one-transaction" in way.command:
        assert number in {min(way.by_count), way.end}, "all of them or none"
    assert "a fault in rung itself" not in ended.err, ended.err
    way.goes_on(url)
    assert briefly or way.agrees(url) == way.end
    shelf.end(way, url)
    return ended


def small(name: str, shelf: Shelf, tree: Tree) -> Climb:
    """A way of the small tree."""
    root = tree(SMALL[shelf.engine])
    steps = project.load(root, "shop", shelf.engine)
    head, lower = filled(shelf, steps, root, 1)
    start = {"up": lower, "down": head}.get(name) or shelf.new()
    return climbed(shelf, steps, root, start, WAYS[name], BACK.get(name, []))


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("engine", ENGINES)
def test_killed_before_every_statement(
    engine: str, name: str, request: pytest.FixtureRequest, forks: Forks, tree: Tree, tmp_path: Path
) -> None:
    shelf = a_shelf(engine, request, tmp_path)
    way = small(name, shelf, tree)
    by = 1 if request.config.getoption("--soak") else BY.get((engine, name), 1)
    number = 1
    while survives(shelf, way, forks, at=number, whom="client", briefly=number % 4 > 0).code:
        number += by
    assert number > 20, "runs were killed before the last one"


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_killed_as_a_file_grows(
    engine: str, request: pytest.FixtureRequest, forks: Forks, tree: Tree, tmp_path: Path
) -> None:
    """In the midst of what the engine writes: the first byte of a database, a page, the head or the end of its log."""
    shelf = a_shelf(engine, request, tmp_path)
    way = small("first up", shelf, tree)
    # A page is of 4096 bytes, a block of DuckDB's of 262,144; what SQLite's log holds of one has 24 more.
    sizes = [0, 1, 16, 100, 1000, 4095, 4096, 4097, 4152, 8192, 12288, 12289, 20000, 40000, 80000, 300_000]
    codes = [survives(shelf, way, forks, grow=size, briefly=size % 2 == 0).code for size in sizes]
    assert codes[0] == -signal.SIGXFSZ and codes[-1] in {0, -signal.SIGXFSZ}, codes
    assert codes.count(-signal.SIGXFSZ) > 8, codes


@pytest.mark.parametrize("engine", ENGINES)
def test_killed_at_any_moment(
    engine: str, request: pytest.FixtureRequest, forks: Forks, soak: Soak, tmp_path: Path
) -> None:
    shelf = a_shelf(engine, request, tmp_path)
    ways = real(shelf)
    seconds = {name: survives(shelf, way, forks).seconds for name, way in ways.items()}
    ends: Counter[tuple[str, int]] = Counter()
    for random, name in zip(soak(6 if engine == "sqlite" else 3), cycle(ways), strict=False):
        ended = survives(shelf, ways[name], forks, after=random.uniform(0, 1.1 * seconds[name]), whom="client")
        assert ended.code in {0, -signal.SIGKILL}, ended.err
        ends[name, ended.code] += 1
    print(f"{engine}: {dict(ends)}")


def real(shelf: Shelf) -> dict[str, Climb]:
    """The ways of a real family, with its rows."""
    family, low = REAL[shelf.engine]
    steps, root = carried(family, shelf.engine)
    head, lower = filled(shelf, steps, root, low)
    up = climbed(shelf, steps, root, lower, ["up"])
    down = climbed(shelf, steps, root, head, ["down", "--all"])
    assert any(up.by_count[low].rows.values()) and any(down.by_count[low].rows.values())
    return {"up": up, "one transaction": replace(up, command=("up", "--one-transaction")), "down": down}


@pytest.mark.parametrize("whom", ["backend", "postmaster", "server"])
def test_a_server_killed_before_every_statement(
    whom: str, request: pytest.FixtureRequest, forks: Forks, tree: Tree, tmp_path: Path
) -> None:
    shelf = a_shelf("postgresql", request, tmp_path)
    way = small("up", shelf, tree)
    # Each way at a third of the statements, so that all of them together are all.
    by = 1 if request.config.getoption("--soak") else 3
    number = 1 + ["backend", "postmaster", "server"].index(whom) % by
    while (ended := survives(shelf, way, forks, at=number, whom=whom)).fired:
        assert ended.code in {0, 3}, ended.err
        number += by
    assert number > 20, "servers were killed before the last run"


def test_a_server_killed_at_any_moment(
    request: pytest.FixtureRequest, forks: Forks, soak: Soak, tmp_path: Path
) -> None:
    shelf = a_shelf("postgresql", request, tmp_path)
    ways = real(shelf)
    seconds = {name: survives(shelf, way, forks).seconds for name, way in ways.items()}
    ends: Counter[tuple[str, str, int]] = Counter()
    for random, name in zip(soak(6), cycle(ways), strict=False):
        whom = random.choice(["backend", "postmaster", "server"])
        ended = survives(shelf, ways[name], forks, after=random.uniform(0, seconds[name]), whom=whom)
        assert ended.code in {0, 3}, ended.err
        ends[name, whom if ended.fired else "none", ended.code] += 1
    print(dict(ends))


def test_what_was_said_to_be_done_outlives_a_server_that_commits_lazily(
    request: pytest.FixtureRequest, forks: Forks, tree: Tree, tmp_path: Path
) -> None:
    """Where synchronous_commit is off by default, a crash costs others their last moments, but not a step."""
    shelf = a_shelf("postgresql", request, tmp_path)
    root = tree("postgresql")
    steps = project.load(root, "shop", "postgresql")
    reported: Counter[int] = Counter()
    number = 1
    while True:
        url = shelf.new()
        shelf.tell(url, f"ALTER DATABASE {shelf.name(url)} SET synchronous_commit = off")
        # From the back: the statements after the last commit.
        command = ["up", "shop", "--project", root, "--url", url]
        ended = forks.run(*command, engine="postgresql", data=shelf.data, at=30 + number, whom="server")
        if not ended.fired:
            break
        shelf.revive()
        assert len(look(url).applied) >= len(ended.reported), ended
        reported[len(ended.reported)] += 1
        number += 3
    assert reported[1] and reported[2] and steps


def test_a_run_killed_within_a_long_statement_lets_go_at_once(
    request: pytest.FixtureRequest, forks: Forks, tree: Tree, tmp_path: Path
) -> None:
    """The server finds out that nobody waits for the statement any more, and does not go on with it for hours."""
    shelf = a_shelf("postgresql", request, tmp_path)
    root, url = tree("postgresql"), shelf.new()
    step = root / "migrations" / "shop" / "postgresql" / "0002.shop-orders.sql"
    text = step.read_text()
    step.write_text(f"{text}\nSELECT pg_sleep(600);\n")
    forks.send({"commands": [["up", "shop", "--project", str(root), "--url", url]]})
    asleep = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    until(lambda: shelf.tell(url, asleep))
    forks.kill()
    assert forks.receive()[0].code == -signal.SIGKILL
    step.write_text(text)
    result = call("up", "shop", "--project", root, "--url", url, "--lock-timeout", "5")
    assert result.code == 0, result.err
    assert shelf.tell(url, asleep) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_killed_drill(
    engine: str, request: pytest.FixtureRequest, forks: Forks, tree: Tree, soak: Soak, tmp_path: Path
) -> None:
    """It leaves the original as it is, and its own things to the next one."""
    shelf = a_shelf(engine, request, tmp_path)
    # Of the third step's loss of rows the tree says nothing, which a drill finds.
    root, where = tree(*(["duckdb", "postgresql"] if engine != "sqlite" else [])), tmp_path / "where"
    where.mkdir()
    head, _ = filled(shelf, project.load(root, "shop", engine), root, 1)
    before = shelf.original(head)
    command = ["drill", "shop", "--project", str(root), "--url", head]
    command += [] if engine == "postgresql" else ["--scratch", str(where)]
    whole = forks.run(*command)
    assert whole.code == 0, whole.err

    def goes_on() -> None:
        assert shelf.original(head) == before
        until(shelf.is_left_alone)
        result = call(*command)
        assert result.code == 0, result.err
        assert shelf.left(where) == []
        assert shelf.original(head) == before

    forks.send({"commands": [command]})
    until(lambda: shelf.left(where))
    forks.kill()
    assert forks.receive()[0].code == -signal.SIGKILL
    assert shelf.left(where), "it was not killed in the middle"
    goes_on()
    for random in soak(2 if engine == "sqlite" else 1):
        # Who is connected keeps PostgreSQL from copying by itself, so that pg_dump does.
        busy = engine == "postgresql" and random.random() < 0.5
        with psycopg.connect(head) if busy else contextlib.nullcontext():
            # In the first tenth nothing is made yet.
            ended = forks.run(*command, after=random.uniform(0.1, 1) * whole.seconds, whom="client")
        assert ended.code in {0, -signal.SIGKILL}, ended.err
        goes_on()


def duckdb_rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with contextlib.closing(duckdb.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def duckdb_state(path: Path) -> tuple[int, list[Object]]:
    """How many steps the ledger of a DuckDB file says are applied, and its catalog."""
    session = engines.connect(of_file("duckdb", path), "write", Settings())
    try:
        ledger = examine.state(session, project.load(path.parent.parent / "project", "shop", "duckdb"))
        return len(ledger.applied), examine.objects(session)
    finally:
        session.close()


def test_duckdb_killed_in_the_middle_of_a_long_statement(rung: Rung, tree: Tree, tmp_path: Path) -> None:
    root = tree("duckdb")
    path = tmp_path / "tries" / "long.db"
    path.parent.mkdir()
    steps = root / "migrations" / "shop" / "duckdb"
    url = f"duckdb:///{path}"
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    duckdb_rows(path, "INSERT INTO customers SELECT r, 'n' || r FROM range(1000) AS t(r)")
    before = duckdb_state(path)
    for name, text in {
        "0003.shop-third.sql": "CREATE TABLE third AS SELECT r FROM range(100000000000) AS t(r);",
        "0003.shop-third.rollback.sql": "DROP TABLE third;",
        "verify/0003.shop-third.sql": "SELECT '', '' WHERE FALSE;",
    }.items():
        (steps / name).write_text(f"-- Third: a table that takes its time.\n\n{text}\n")
    line = [sys.executable, "-m", "runner", "up", "shop", "--project", str(root), "--url", url]
    for seconds in (0.4, 0.6, 0.9):
        with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            with pytest.raises(subprocess.TimeoutExpired):
                run.wait(seconds)
            run.kill()
        assert duckdb_state(path) == before
        assert duckdb_rows(path, "SELECT count(*) FROM customers") == [(1000,)]
    for file in steps.rglob("0003*"):
        file.unlink()
    assert rung("verify", "shop", "--project", root, "--url", url).code == 0
