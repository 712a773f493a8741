"""Many at once on one database: runs of rung, its readers, yoyo, and applications that read and write for long.

Each step is applied once, by one of them; the others wait, or say who holds the lock; and what is read is one state.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import psycopg
import pytest
from conftest import Tree, call
from forks import Cluster, Ended, Forks, Shelf, cluster, go, look, until

from runner import examine, project
from runner.engines import Session
from runner.engines.postgresql import PostgresqlSession
from runner.examine import Finding, Object
from runner.plan import Plan
from runner.sqlfile import SqlFile
from runner.target import parse

Soak = Callable[[int], Iterator[Random]]
ENGINES = ("sqlite", "duckdb", "postgresql")
SERVED = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster(max_connections="80") as found:
        yield found


@pytest.fixture
def shelf(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    (tmp_path / "databases").mkdir()
    return Shelf(engine, tmp_path / "databases", request.getfixturevalue("server") if engine == "postgresql" else None)


@pytest.fixture
def more_forks(tmp_path: Path) -> Iterator[Callable[[], Forks]]:
    with contextlib.ExitStack() as stack:

        def more() -> Forks:
            folder = tmp_path / f"runs-{len(made)}"
            folder.mkdir()
            made.append(Forks(folder))
            stack.callback(made[-1].close)
            return made[-1]

        made: list[Forks] = []
        yield more


@pytest.fixture
def forks(more_forks: Callable[[], Forks]) -> Forks:
    return more_forks()


@pytest.fixture
def root(engine: str, tree: Tree) -> Path:
    return tree(*([engine] if engine != "sqlite" else []))


def third(root: Path, engine: str, forward: str, rollback: str, verify: str = "SELECT '', '' WHERE 1 = 2;") -> None:
    """A third step of the test tree."""
    folder = root / "migrations" / "shop" / engine
    for name, text in (("", forward), (".rollback", rollback)):
        (folder / f"0003.shop-third{name}.sql").write_text(f"-- Third: what comes next.\n\n{text}\n")
    (folder / "verify" / "0003.shop-third.sql").write_text(f"-- Third verified: it is there.\n\n{verify}\n")


def command(way: str, root: Path, url: str, *options: object) -> list[str]:
    return [way, "shop", "--project", str(root), "--url", url, *map(str, options)]


def is_refused(ended: Ended, seconds: float) -> bool:
    """Whether a run ended because of a lock, after it had waited for it as long as it should."""
    return ended.code == 3 and f"(waited {seconds:g} s)" in ended.err and ended.seconds >= seconds


@pytest.mark.parametrize("seconds", [60, 0.05])
@pytest.mark.parametrize("engine", ENGINES)
def test_twenty_at_once(seconds: float, shelf: Shelf, forks: Forks, root: Path) -> None:
    url = shelf.new()
    run = {"commands": [command("up", root, url, "--lock-timeout", seconds)]}
    forks.send(*[run] * 20)
    ends = forks.receive()
    if seconds == 60:
        assert [ended.code for ended in ends] == [0] * 20, [ended.err for ended in ends if ended.code]
    for ended in ends:
        assert ended.code == 0 or is_refused(ended, seconds), ended
    tree = project.load(root, "shop", shelf.engine)
    told = Counter(int(step) for ended in ends for step, _ in ended.reported)
    assert told, "one of them did something"
    assert told == {step.number: 1 for step in tree.steps[: len(told)]}
    go(url, tree, ["up"])
    assert look(url).applied == tuple(step.id for step in tree.steps)


Holding = contextlib.AbstractContextManager[Callable[[], None]]


@contextlib.contextmanager
def held(url: str, what: str) -> Iterator[Callable[[], None]]:
    """An application that has a transaction open, in which it read or wrote customers; what it yields ends that."""
    target = parse(url)
    if target.engine == "duckdb":
        # Who reads keeps writers out of the whole file too.
        connection: Any = duckdb.connect(target.path, read_only=what == "reads")
        connection.execute("BEGIN")
        end = connection.close
    elif target.engine == "sqlite":
        connection = sqlite3.connect(target.path, isolation_level=None)
        connection.execute("BEGIN")
        end = connection.close
    else:
        connection = psycopg.connect(url)
        end = connection.close
    with contextlib.closing(connection):
        reads = "SELECT count(*) FROM customers"
        connection.execute(reads if what == "reads" else "INSERT INTO customers (id, name) VALUES (99, 'Zoe')")
        yield end


@pytest.mark.parametrize("what", ["reads", "writes"])
@pytest.mark.parametrize("engine", ENGINES)
def test_up_beside_a_long_transaction(what: str, engine: str, shelf: Shelf, forks: Forks, root: Path) -> None:
    """Not ended in time, the step is not begun or undone, and says so; ended in time, it goes up."""
    url = shelf.new()
    tree = project.load(root, "shop", engine)
    go(url, tree, ["up"])
    before = look(url)
    third(root, engine, "ALTER TABLE customers ADD COLUMN born DATE;", "ALTER TABLE customers DROP COLUMN born;")
    if engine == "duckdb":
        third(root, engine, "CREATE TABLE third (id INTEGER);", "DROP TABLE third;")
    with held(url, what) as end:
        hurried = forks.run(*command("up", root, url, "--lock-timeout", 0.3, "--lock-retries", 1))
        if (engine, what) == ("sqlite", "reads"):
            # With a write-ahead log nobody waits for a reader.
            assert hurried.code == 0, hurried.err
            return
        assert is_refused(hurried, 0.3), hurried
        if engine != "duckdb":
            assert look(url) == before
        forks.send({"commands": [command("up", root, url, "--lock-timeout", 60)], "engine": engine})
        until(lambda: waits(shelf, forks, url))
        end()
        (patient,) = forks.receive()
    assert patient.code == 0, patient.err
    seen = look(url)
    assert len(seen.applied) == 3
    (customers,) = (rows for name, rows in seen.rows.items() if name == "customers")
    assert customers == (), "what was not committed was undone"


def waits(shelf: Shelf, forks: Forks, url: str) -> bool:
    """Whether the run that was sent has come to where it waits for a lock, as far as an engine tells."""
    if shelf.engine == "postgresql":
        waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'rung %'"
        return bool(shelf.tell(url, waiting))
    if shelf.engine == "duckdb":
        return forks.note("waits").exists()
    return "of 3 steps applied" in forks.said()


LOOKS = ("status", "verify", "history", "drift")


@pytest.mark.parametrize("engine", ENGINES)
def test_who_looks_beside_runs_in_full_swing_sees_one_state(
    engine: str, shelf: Shelf, more_forks: Callable[[], Forks], root: Path, tmp_path: Path, soak: Soak
) -> None:
    """Nothing is told as drift, violation or fault that is only on its way."""
    url = shelf.new()
    tree = project.load(root, "shop", engine)
    go(url, tree, ["up"])
    runs, looks = more_forks(), more_forks()
    stop = tmp_path / "stop"
    swing = [command("down", root, url, "--all", "--quiet"), command("up", root, url, "--quiet")]
    wait = ["--lock-timeout", "60"]
    runs.send({"commands": [[*line, *wait] for line in swing], "until": stop})
    seen: Counter[str] = Counter()

    def looked(way: str) -> None:
        ended = looks.run(*command(way, root, url, *wait))
        assert ended.code == 0, (way, ended)
        seen.update(re.findall(r"(\d) of 2 steps applied", ended.out))

    for _ in soak(4 if engine == "sqlite" else 2):
        for way in LOOKS:
            looked(way)
    for _ in range(200):
        # Who looks a few times only may find the same moment each time.
        if len(seen) < 2:
            looked("status")
    stop.touch()
    (swung,) = runs.receive()
    assert swung.code == 0, swung.err
    print(dict(seen), swung.out.count("$ up"), "swings")
    assert len(seen) > 1, "they looked at different moments"
    assert look(url).applied == tuple(step.id for step in tree.steps)


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_step_taken_back_while_postgresql_is_asked_is_no_violation_and_no_fault(
    engine: str, shelf: Shelf, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its functions see the newest catalog, whatever a transaction has seen: they know nothing of what is gone."""
    url = shelf.new()
    there = "SELECT 'third_id_idx', 'is missing' WHERE to_regclass('third_id_idx') IS NULL;"
    index = "CREATE TABLE third (id int);\nCREATE INDEX third_id_idx ON third (id);"
    third(root, engine, index, "DROP INDEX third_id_idx;\nDROP TABLE third;", there)
    tree = project.load(root, "shop", engine)
    go(url, tree, ["up"])
    verify, objects, seen = examine.verify, examine.objects, Counter[str]()

    def others_first(session: Session) -> None:
        session.query("SELECT 1")
        if look(url).applied == tuple(step.id for step in tree.steps):
            go(url, tree, ["down", "--steps", "1"])

    def verified(session: Session, now: Plan, checks: tuple[SqlFile, ...]) -> list[Finding]:
        seen["verify"] += 1
        if seen["verify"] == 1:
            others_first(session)
        return verify(session, now, checks)

    def listed(session: Session) -> list[Object]:
        seen["objects"] += 1
        if seen["objects"] == 1:
            monkeypatch.setattr(examine, "objects", objects)
            others_first(session)
        return objects(session)

    monkeypatch.setattr(examine, "verify", verified)
    result = call(*command("verify", root, url))
    assert result.code == 0 and "2 verify files and 0 checks ran: everything holds." in result.out, result.out
    assert seen["verify"] == 2
    go(url, tree, ["up"])
    monkeypatch.setattr(examine, "objects", listed)
    result = call(*command("drift", root, url))
    assert result.code == 0 and "2 of 3 steps applied" in result.out, result
    assert seen["objects"] == 1


@pytest.mark.parametrize("way", ["up", "drift"])
@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_catalog_that_moves_while_it_is_read_is_read_again(
    way: str, engine: str, shelf: Shelf, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone, and within a transaction, which the error ends."""
    url = shelf.new()
    go(url, project.load(root, "shop", engine), ["up"])
    ask, raised = PostgresqlSession._ask, []

    def moved(session: PostgresqlSession, file: SqlFile, parameters: Any, explain: Any) -> Any:
        if file.path.endswith(("count.sql", "objects.sql")) and not raised:
            raised.append(session._connection.info.transaction_status.name)
            text = "RAISE EXCEPTION 'cache lookup failed for index 4711' USING ERRCODE = 'XX000'"
            return session._wire.ask(f"DO $$ BEGIN {text}; END $$", explain=explain).rows
        return ask(session, file, parameters, explain)

    monkeypatch.setattr(PostgresqlSession, "_ask", moved)
    result = call(*command(way, root, url))
    assert result.code == 0, result.err
    assert raised == [{"up": "IDLE", "drift": "INTRANS"}[way]]


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_table_dropped_while_it_is_to_be_dumped(engine: str, shelf: Shelf, forks: Forks, root: Path) -> None:
    url = shelf.new()
    go(url, project.load(root, "shop", engine), ["up"])
    with psycopg.connect(url) as somebody:
        somebody.execute("CREATE TABLE old (id int)")
        somebody.commit()
        somebody.execute("LOCK TABLE old")
        forks.send({"commands": [command("drill", root, url, "--lock-timeout", 60)]})
        waiting = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LOCK TABLE%old%' AND wait_event_type = 'Lock'"
        until(lambda: shelf.tell(url, f"{waiting} AND pid <> pg_backend_pid()"))
        somebody.execute("DROP TABLE old")
        somebody.commit()
        (ended,) = forks.receive()
    assert ended.code == 0, ended.err


@pytest.mark.parametrize("engine", ENGINES)
def test_a_drill_beside_runs_in_full_swing(
    engine: str, shelf: Shelf, more_forks: Callable[[], Forks], root: Path, tmp_path: Path, soak: Soak
) -> None:
    """What is copied is one state, which the drill proves."""
    url = shelf.new()
    tree = project.load(root, "shop", engine)
    go(url, tree, ["up"])
    runs, drills = more_forks(), more_forks()
    stop, wait = tmp_path / "stop", ["--lock-timeout", "60"]
    swing = [command("down", root, url, "--all", "--quiet"), command("up", root, url, "--quiet")]
    runs.send({"commands": [[*line, *wait] for line in swing], "until": stop})
    for _ in soak(1):
        ended = drills.run(*command("drill", root, url, *wait))
        assert ended.code == 0, ended.err
    stop.touch()
    (swung,) = runs.receive()
    assert swung.code == 0, swung.err
    assert look(url).applied == tuple(step.id for step in tree.steps)


@pytest.mark.parametrize("engine", ENGINES)
def test_up_and_down_at_the_same_time(engine: str, shelf: Shelf, forks: Forks, root: Path, soak: Soak) -> None:
    url = shelf.new()
    tree = project.load(root, "shop", engine)
    go(url, tree, ["up"])
    ends: Counter[str] = Counter()
    for _ in soak(2):
        ways = [command(*way, "--lock-timeout", "60") for way in (("down", root, url, "--all"), ("up", root, url))]
        forks.send(*[{"commands": [way]} for way in ways * 2])
        for ended in forks.receive():
            moved = "another run moved the ledger meanwhile" in ended.err
            assert ended.code == 0 or (ended.code == 3 and moved), ended.err
            ends["moved" if moved else "done"] += 1
        seen = look(url)
        assert seen.applied == tuple(step.id for step in tree.steps[: len(seen.applied)])
        go(url, tree, ["up"])
    print(dict(ends))


TALLY = "UPDATE tally SET n = n + 1;"
MINUS = "UPDATE tally SET n = n - 1;"


def tallied(shelf: Shelf, root: Path) -> str:
    """A database with two steps applied, whose third would not fail if it ran twice."""
    url = shelf.new()
    go(url, project.load(root, "shop", shelf.engine), ["up", "--to", "0002"])
    run_sql(url, "CREATE TABLE tally (n INTEGER)", "INSERT INTO tally VALUES (0)")
    third(root, shelf.engine, TALLY, MINUS)
    return url


def run_sql(url: str, *texts: str) -> list[tuple[Any, ...]]:
    connect: Any = sqlite3.connect(parse(url).path) if url.startswith("sqlite") else psycopg.connect(url)
    with contextlib.closing(connect) as connection:
        for text in texts:
            cursor = connection.execute(text)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        connection.commit()
        return rows


def yoyo(way: str, root: Path, url: str) -> list[str]:
    """The arguments of stock yoyo."""
    theirs = url.replace("postgresql://", "postgresql+psycopg://")
    source = root / "migrations" / "shop" / parse(url).engine
    line = ["yoyo", way, "--batch", "--no-config-file", "--database", theirs]
    return line + ([] if way == "break-lock" else [str(source)])


@pytest.mark.parametrize("engine", SERVED)
def test_rung_waits_for_a_yoyo_that_works_and_names_it(engine: str, shelf: Shelf, forks: Forks, root: Path) -> None:
    """yoyo commits a step first and records it later: in between, it looks as if it were pending."""
    url = tallied(shelf, root)
    forks.send({"commands": [yoyo("apply", root, url)], "yoyo": "done", "step": "third"})
    until(forks.note("there").exists)
    assert run_sql(url, "SELECT n FROM tally") == [(1,)]
    result = call(*command("up", root, url, "--lock-timeout", 0.2))
    assert result.code == 3
    what = "database" if engine == "sqlite" else "schema"
    assert f"yoyo has locked the {what}: process {forks.pid}" in result.err, result.err
    assert "(waited 0.2 s)" in result.err and "0003.shop-third was not begun" in result.err
    assert call(*command("down", root, url, "--lock-timeout", 0.2)).code == 3
    assert call(*command("status", root, url)).code == 0, "who only reads waits for nobody"
    forks.note("go").touch()
    (theirs,) = forks.receive()
    assert theirs.code == 0, theirs.err
    result = call(*command("up", root, url))
    assert result.code == 0, result.err
    assert run_sql(url, "SELECT n FROM tally") == [(1,)]
    assert len(run_sql(url, "SELECT migration_id FROM _yoyo_migration")) == 3


@pytest.mark.parametrize("engine", SERVED)
def test_what_a_killed_yoyo_left_does_not_lock_rung_out(engine: str, shelf: Shelf, forks: Forks, root: Path) -> None:
    url = tallied(shelf, root)
    forks.send({"commands": [yoyo("apply", root, url)], "yoyo": "begun", "step": "third"})
    until(forks.note("there").exists)
    pid = forks.pid
    forks.kill()
    forks.receive()
    assert run_sql(url, "SELECT pid FROM yoyo_lock") == [(pid,)]
    result = call(*command("up", root, url))
    assert result.code == 0, result.err
    assert run_sql(url, "SELECT n FROM tally") == [(1,)]
    assert run_sql(url, "SELECT pid FROM yoyo_lock") == []
    ended = forks.run(*yoyo("rollback", root, url))
    assert ended.code == 0, ended.err
    assert run_sql(url, "SELECT n FROM tally") == [(0,)]


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_yoyo_that_may_live_on_another_machine_counts_until_its_lock_is_broken(
    engine: str, shelf: Shelf, forks: Forks, root: Path
) -> None:
    """From a server nobody sees whether a process lives that is not on it: somebody is there who may be it."""
    url = tallied(shelf, root)
    with psycopg.connect(url, autocommit=True) as somebody:
        somebody.execute("CREATE TABLE IF NOT EXISTS yoyo_lock (locked int PRIMARY KEY, ctime timestamp, pid int)")
        somebody.execute("INSERT INTO yoyo_lock VALUES (1, now() AT TIME ZONE 'UTC', 4711)")
        result = call(*command("up", root, url, "--lock-timeout", 0.2))
        assert result.code == 3 and "process 4711 of its machine (waited 0.2 s)" in result.err
        assert "`yoyo break-lock` removes what it left" in result.err
        # Who came long after it was written is not it.
        somebody.execute("UPDATE yoyo_lock SET ctime = ctime - interval '1 hour'")
        assert call(*command("up", root, url, "--lock-timeout", 0.2)).code == 0
        somebody.execute("INSERT INTO yoyo_lock VALUES (1, now() AT TIME ZONE 'UTC', 4711)")
        assert forks.run(*yoyo("break-lock", root, url)).code == 0
        assert call(*command("down", root, url, "--lock-timeout", 0.2)).code == 0


@pytest.mark.parametrize("engine", SERVED)
def test_yoyo_and_rung_at_the_same_time(engine: str, shelf: Shelf, forks: Forks, root: Path, soak: Soak) -> None:
    """Of several of each, from the first step on, none does what another did."""
    ends: Counter[str] = Counter()
    for random in soak(3):
        url = tallied(shelf, root)
        if random.random() < 0.5:
            url = shelf.new()
            run_sql(url, "CREATE TABLE tally (n INTEGER)", "INSERT INTO tally VALUES (0)")
        ours = {"commands": [command("up", root, url, "--lock-timeout", 60)]}
        theirs = {"commands": [yoyo("apply", root, url)]}
        forks.send(ours, theirs, ours, theirs)
        for ended, who in zip(forks.receive(), ("rung", "yoyo") * 2, strict=True):
            assert ended.code == 0, (who, ended)
            ends[who] += 1
        assert run_sql(url, "SELECT n FROM tally") == [(1,)]
        assert len(run_sql(url, "SELECT migration_id FROM _yoyo_migration")) == 3
        assert call(*command("verify", root, url)).code == 0
    print(dict(ends))
