"""What every step of every family holds to. Steps are found, not listed: a new file is tested by existing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import mutants
import pytest
from conftest import ROOT, call, counted_kinds
from servers import CRON, SOURCES, Servers

from runner import engines, examine, project, throwaway
from runner.engines import Session, Settings
from runner.examine import Object
from runner.project import Step, Tree
from runner.sqlfile import header, read_file
from runner.target import FILES, of_file, parse

SUPPORTED = (*FILES, "postgresql")
ERRORS = (sqlite3.Error, duckdb.Error)

TREES = [
    project.load(ROOT, family, engine)
    for family, known in project.families(ROOT).items()
    for engine in known
    if engine in SUPPORTED
]
# Where a family is tried: its file engine, or each PostgreSQL server there may be on the machine.
PLACES = [(tree, where) for tree in TREES for where in (SOURCES if tree.engine == "postgresql" else (tree.engine,))]
STEPS = [(tree, where, step) for tree, where in PLACES for step in tree.steps]
every_tree = pytest.mark.parametrize("tree", TREES, ids=[f"{tree.family}-{tree.engine}" for tree in TREES])
every_place = pytest.mark.parametrize(("tree", "where"), PLACES, ids=[f"{t.family}-{where}" for t, where in PLACES])


class Place:
    """A database of one engine for one test."""

    def __init__(self, tree: Tree, url: str) -> None:
        self.tree = tree
        self.url = url

    def rung(self, command: str, *arguments: str) -> None:
        result = call(command, self.tree.family, "--url", self.url, *arguments)
        assert result.code == 0, result.out + result.err

    def session(self) -> Session:
        return engines.connect(parse(self.url), "write", Settings())

    def catalog(self) -> list[Object]:
        with closing(self.session()) as session:
            found = examine.objects(session)
            assert examine.count(session) == counted_kinds(found)
            return found

    def lacks(self, step: Step) -> bool:
        """Whether an optional step is skipped here, and shown as skipped."""
        if not step.requires:
            return False
        session = self.session()
        try:
            unmet = session.unmet(step.requires)
        finally:
            session.close()
        if unmet:
            status = call("status", self.tree.family, "--url", self.url)
            assert f"skipped: {unmet}" in status.out, status.out
        return bool(unmet)

    def up_below(self, step: Step) -> None:
        """Apply everything below a step; leaves a ledger even when there is nothing below."""
        self.rung("up", "--to", step.id)
        self.rung("down")


@pytest.fixture
def place(tree: Tree, where: str, tmp_path: Path, servers: Servers) -> Iterator[Place]:
    if tree.engine in FILES:
        yield Place(tree, of_file(tree.engine, tmp_path / "conformance.db").shown)
    else:
        with servers.database(where, name=CRON) as url:  # type: ignore[arg-type]
            yield Place(tree, url)


def test_every_engine_folder_is_covered() -> None:
    found = {(family, engine) for family, known in project.families(ROOT).items() for engine in known}
    assert found == {(tree.family, tree.engine) for tree in TREES}
    assert found


@every_place
def test_every_step_goes_up_and_down_and_up_again(tree: Tree, place: Place) -> None:
    place.up_below(tree.steps[0])
    below = place.catalog()
    for step in tree.steps:
        if place.lacks(step):
            continue
        place.rung("up", "--to", step.id)
        above = place.catalog()
        assert above != below, f"{step.id} makes nothing"
        place.rung("down")
        assert place.catalog() == below, step.id
        place.rung("up", "--to", step.id)
        assert place.catalog() == above, step.id
        below = above


@every_place
def test_all_the_way_down_is_an_empty_catalog_twice(place: Place) -> None:
    place.rung("up", "--to", place.tree.steps[0].id)
    place.rung("down")
    ground = place.catalog()
    # What PostgreSQL grants to everybody in the schema public of a new database.
    assert all(item.kind == "grant" for item in ground)
    catalogs = []
    for _ in range(2):
        place.rung("up")
        place.rung("verify")
        catalogs.append(place.catalog())
        place.rung("down", "--all")
        assert place.catalog() == ground
    assert catalogs[0] == catalogs[1]


@every_place
def test_catalog_is_the_committed_snapshot(
    tree: Tree, where: str, servers: Servers, request: pytest.FixtureRequest
) -> None:
    arguments: list[object] = [tree.family, "--engine", tree.engine]
    if tree.engine not in FILES:
        arguments += ["--scratch", servers.get(where).url()]  # type: ignore[arg-type]
    if request.config.getoption("--update-snapshots"):
        call("snapshot", *arguments)
    result = call("snapshot", *arguments, "--check")
    assert result.code == 0, result.out + result.err + "if this change is meant: pytest --update-snapshots"


@every_place
def test_seed_rows_fit_and_the_checks_hold_on_them(tree: Tree, place: Place) -> None:
    place.rung("up")
    file = read_file(ROOT / "sql" / "seed" / tree.family / f"{tree.engine}.sql", "seed")
    session = place.session()
    try:
        session.begin()
        session.run_script(file)
        session.commit(file)
    finally:
        session.close()
    assert project.checks(ROOT, tree.family, tree.engine)
    place.rung("verify")


# The verify files are the same on every server, so the first one there is will do.
FIRST = next((source for source in SOURCES if throwaway.find(source)), SOURCES[0])
MUTATED = [(tree, where, step) for tree, where, step in STEPS if tree.engine in FILES or where == FIRST]


@pytest.mark.parametrize(("tree", "where", "step"), MUTATED, ids=[f"{w}-{s.id}" for _, w, s in MUTATED])
def test_verify_sees_every_mutation_of_what_the_step_made(step: Step, place: Place) -> None:
    if place.lacks(step):
        return
    place.up_below(step)
    below = place.catalog()
    place.rung("up", "--to", step.id)
    above = place.catalog()
    made = [item for item in above if item not in below]
    missed, tried = [], 0
    session = place.session() if place.tree.engine == "postgresql" else engines.scratch(place.tree.engine, Settings())
    try:
        if place.tree.engine == "postgresql":
            lies = mutants.on_postgresql(session, made)
        else:
            lies = _mutations(session, made, _build(session, [*(item for item in above if item in below), *made]))
        assert session.violations(step.verify) == []
        truth = examine.objects(session)
        for description in lies:
            tried += 1
            # What the catalog does not show is no lie: GRANT ALL of what is all there is.
            if not session.violations(step.verify) and examine.objects(session) != truth:
                missed.append(description)
    finally:
        session.close()
    assert tried >= 2 * len(made)
    assert not missed, f"{len(missed)} of {tried} mutations go unseen:\n" + "\n".join(missed)


def _run(session: Session, sql: str) -> None:
    session._connection.execute(sql)  # type: ignore[attr-defined]


def _build(session: Session, objects: list[Object]) -> list[Object]:
    """Make objects from their definitions; the order in which that works, found by trying."""
    built: list[Object] = []
    waiting = list(objects)
    while waiting:
        refused: list[Object] = []
        for item in waiting:
            try:
                _run(session, item.definition)
                built.append(item)
            except ERRORS:
                refused.append(item)
        assert len(refused) < len(waiting), refused
        waiting = refused
    return built


def _mutations(session: Session, made: list[Object], rebuilt: list[Object]) -> Iterator[str]:
    """Put one lie after the other into a copy of the schema without rows, each undone before the next."""
    for item in made:
        above = rebuilt[rebuilt.index(item) + 1 :]
        for description, definition in [("dropped", ""), *mutants.of(item.definition)]:
            session.begin(foreign_keys=False)
            try:
                for gone in [*reversed(above), item]:
                    if gone.kind != "comment":
                        on = re.search(r" ON (\S+)", gone.definition)
                        table = f" ON {on[1]}" if on and gone.kind == "trigger" and session.engine == "duckdb" else ""
                        _run(session, f"DROP {gone.kind} {gone.name}{table}")
                lost = set() if definition else {item.name}
                if definition:
                    _run(session, definition)
                for other in above:
                    if lost & set(re.findall(r"\w+", other.definition)):
                        lost.add(other.name)
                    else:
                        _run(session, other.definition)
                if definition and session.engine == "sqlite":
                    _compile(session._connection, item)  # type: ignore[attr-defined]
            except ERRORS:
                # Not a definition that the engine takes, or that the others can stand on.
                assert definition, f"{item.name} cannot be dropped"
                session.rollback()
                continue
            yield f"{item.kind} {item.name} {description}"
            session.rollback()


def _compile(connection: sqlite3.Connection, item: Object) -> None:
    """SQLite looks into a view or trigger only when it is used."""
    if item.kind in {"table", "view"}:
        connection.execute(f'SELECT * FROM "{item.name}"').close()
    if item.kind == "trigger":
        table = connection.execute("SELECT tbl_name FROM sqlite_schema WHERE name = ?", [item.name]).fetchone()[0]
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        changes = ", ".join(f'"{column}" = "{column}"' for column in columns)
        connection.execute(f'EXPLAIN UPDATE "{table}" SET {changes}').close()


@every_tree
def test_every_sql_file_has_a_valid_header(tree: Tree) -> None:
    for step in tree.steps:
        for file in filter(None, (step.forward, step.rollback, step.verify)):
            assert header(file).title.endswith("."), file.path
        assert header(step.forward).keys.get("seed"), f"{step.forward.path} names no section of its seed"
    for kind, folder in (("check", "checks"), ("query", "queries")):
        for path in sorted((ROOT / "sql" / folder / tree.family / tree.engine).glob("*.sql")):
            assert header(read_file(path, kind)).title.endswith("."), path


@every_tree
def test_a_rollback_that_drops_a_table_says_what_it_loses(tree: Tree) -> None:
    for step in tree.steps:
        assert step.rollback, f"{step.id}: {step.irreversible}"
        dropped = [
            line.split()[2].rstrip(";") for line in step.rollback.text.splitlines() if line[:11] == "DROP TABLE "
        ]
        lost = header(step.rollback).keys.get("loses", "")
        for table in dropped:
            assert table in lost, f"{step.rollback.path} drops {table} and its header does not say so"
