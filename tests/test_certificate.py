"""The certificate of a drill: what it holds, who signed it, and every reason for which `rung up` refuses a step that
must be covered by one. Most are made by hand from what a real climb leaves, so that each of their lies can be told."""

from __future__ import annotations

import json
import os
import pty
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import psycopg
import pytest
from conftest import ROOT, Result, Tree, call, spawn
from conftest import rows as sqlite_rows
from conftest import write as sqlite_write
from servers import Servers

from runner import certificate, climb, document, engines, examine, gate, project
from runner.climb import Progress
from runner.engines import Settings
from runner.errors import DrillError, RungError, UsageError, printable
from runner.gate import Gate
from runner.ledger import Actor
from runner.target import parse
from runner.verdict import Crash, Drill, Drilled, Finding, Lock, Loss, Passage, Verdict

ACTOR = Actor("dba", "db1", "0123456789abcdef")
NO_HASH = "sha256:" + "0" * 64
LOSES = Finding("table", "orders", Loss("orders", "", 3, False, False), "`loses:` of its rollback is missing")
ENGINES = ("sqlite", "duckdb", "postgresql")


def climbed(root: Path, url: str) -> Drill:
    """A drill in which every step was found as it should be, with the fingerprints that a real climb finds."""
    target = parse(url)
    tree = project.load(root, "shop", target.engine)
    with closing(engines.connect(target, "create", Settings())) as session:
        steps: list[Drilled] = []
        for step in tree.steps:
            before = examine.fingerprint(examine.objects(session))
            now = examine.state(session, tree)
            if step not in now.pending:
                steps.append(Drilled(step.id, "skipped", "nothing", "not on this server"))
                continue
            climb.up(session, tree, now, ACTOR, to=step.id)
            steps.append(
                Drilled(
                    step.id,
                    "irreversible" if step.irreversible else "lossy",
                    "nothing",
                    step.irreversible,
                    before,
                    examine.fingerprint(examine.objects(session)),
                    step.forward.checksum,
                    step.rollback.checksum if step.rollback else None,
                    step.verify.checksum,
                    Passage(1.23456, 0.5, (Lock("SHARE", "orders", 2.5),)),
                    None if step.irreversible else Passage(0.25, 0.125),
                    (Loss("orders", "note", 3, False, True),),
                    crashes=(Crash("up", 1, ""), Crash("down", 1, "")),
                )
            )
        return Drill(
            family="shop",
            engine=session.engine,
            engine_name=session.name,
            engine_version=session.version,
            place=target.shown,
            schema="",
            began_utc=datetime.now(UTC).isoformat(),
            took_ms=12.3456,
            copy_ms=1.0,
            copy_bytes=4096,
            rows=7,
            username=ACTOR.username,
            hostname=ACTOR.hostname,
            run_id=ACTOR.run_id,
            rung_version="0.1.0",
            steps=tuple(steps),
        )


@dataclass(frozen=True, slots=True)
class Shop:
    """A tree, a database on which nothing is applied, the drill that fits both, and its certificate."""

    root: Path
    url: str
    drill: Drill
    file: Path

    def certify(self, drill: Drill | None = None) -> None:
        certificate.write(drill or self.drill, self.file)

    def up(self, *options: object) -> Result:
        return call("up", "shop", "--project", self.root, "--url", self.url, "--require-drill", self.file, *options)

    def with_step(self, number: int, **changes: Any) -> Drill:
        """The drill with one step (from 0) changed."""
        steps = list(self.drill.steps)
        steps[number] = replace(steps[number], **changes)
        return replace(self.drill, steps=tuple(steps))


def opened(root: Path, engine: str, folder: Path, servers: Servers | None) -> Iterator[Shop]:
    @contextmanager
    def database(name: str) -> Iterator[str]:
        if engine != "postgresql":
            yield f"{engine}:///{folder / name}"
        else:
            assert servers
            with servers.database("installed") as url:
                yield url

    with database("drilled.db") as other, database("test.db") as url:
        made = Shop(root, url, climbed(root, other), folder / "drill.json")
        made.certify()
        yield made


@pytest.fixture
def shop(tree: Tree, tmp_path: Path) -> Iterator[Shop]:
    """Three steps on SQLite."""
    yield from opened(tree("good-third"), "sqlite", tmp_path, None)


@pytest.fixture(params=ENGINES)
def any_shop(tree: Tree, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Two steps or three on each engine."""
    engine = request.param
    servers = request.getfixturevalue("servers") if engine == "postgresql" else None
    yield from opened(tree("good-third" if engine == "sqlite" else engine), engine, tmp_path, servers)


def run_sql(url: str, statement: str) -> None:
    """Change a database behind rung's back."""
    if url.startswith("sqlite"):
        sqlite_write(Path(url.removeprefix("sqlite:///")), statement)
    elif url.startswith("duckdb"):
        import duckdb

        with duckdb.connect(url.removeprefix("duckdb:///")) as connection:
            connection.execute(statement)
    else:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def refused(result: Result, message: str, then: str, kept: str = "nothing was run") -> None:
    """The honest answer is no, said once and with a way out."""
    assert result.code == 1, result.out + result.err
    assert message in result.err.splitlines()[0], result.err
    assert f"  kept: {kept}" in result.err, result.err
    assert then in result.err.partition("  next: ")[2], result.err


# What is covered


def test_what_was_drilled_is_applied(any_shop: Shop) -> None:
    result = any_shop.up("--json")
    assert result.code == 0, result.err
    assert result.json["certificate"] == {
        "file": str(any_shop.file),
        "digest": json.loads(any_shop.file.read_text())["digest"],
        "made_at": any_shop.drill.began_utc,
        "signed_by": None,
        "key": None,
    }
    assert len(result.json["steps"]) == len(any_shop.drill.steps)
    # With nothing to apply, nothing has to be covered.
    any_shop.certify(replace(any_shop.drill, steps=(), family="other"))
    assert any_shop.up("--max-age", "1", "--allow", "lossless").code == 0
    any_shop.file.write_text("{")
    assert any_shop.up().code == 2


def test_what_rung_drill_certifies_is_applied(any_shop: Shop) -> None:
    """On a copy of the database as it is, with its own index in it and a step applied already."""
    for file in any_shop.root.rglob("0003*"):
        file.unlink()
    assert call("up", "shop", "--project", any_shop.root, "--url", any_shop.url, "--to", "1").code == 0
    run_sql(any_shop.url, "CREATE INDEX a_dbas_own ON customers (id, name)")
    options = ("shop", "--project", any_shop.root, "--url", any_shop.url)
    result = call("drill", *options, "--certificate", any_shop.file)
    assert result.code == 0, result.out + result.err
    run_sql(any_shop.url, "DROP INDEX a_dbas_own")
    refused(any_shop.up("--dry-run"), "0002.shop-orders: the schema here is not the one that it was drilled on", "copy")
    run_sql(any_shop.url, "CREATE INDEX a_dbas_own ON customers (id, name)")
    result = any_shop.up()
    assert result.code == 0, result.err
    assert f"certificate {any_shop.file} of 20" in result.out and ", not signed" in result.out
    assert call("verify", *options).code == 0


def test_a_certificate_says_what_was_proven(shop: Shop) -> None:
    drill = shop.with_step(
        1, findings=(Finding("view", "mine"),), difference=("- a", "+ b"), verdict="broken", reason="é\ud800"
    )
    drill = replace(drill, notes=("a note",))
    shop.certify(replace(drill, steps=(*drill.steps[:2], replace(drill.steps[2], crashes=(Crash("up", 2, "half"),)))))
    found = json.loads(shop.file.read_text())
    assert [found[key] for key in ("kind", "format", "rung", "family", "engine", "engine_name")] == [
        *("rung drill certificate", 1, "0.1.0", "shop", "sqlite", "SQLite")
    ]
    assert found["engine_version"] == sqlite3.sqlite_version and found["made_at"] == drill.began_utc
    assert found["by"] == {"username": "dba", "hostname": "db1", "run_id": ACTOR.run_id}
    assert (found["place"], found["schema"], found["proven"], found["notes"]) == (drill.place, "", False, ["a note"])
    assert found["copy"] == {"took_ms": 1.0, "bytes": 4096, "rows": 7} and found["took_ms"] == 12.346
    first, second, third = found["steps"]
    assert first == {
        "id": "0001.shop-customers",
        "verdict": "lossy",
        "proven": True,
        "basis": "nothing",
        "reason": "",
        "checksums": {
            "forward": drill.steps[0].forward_checksum,
            "rollback": drill.steps[0].rollback_checksum,
            "verify": drill.steps[0].verify_checksum,
        },
        "before": drill.steps[0].before,
        "after": drill.steps[0].after,
        "up": {"took_ms": 1.235, "verify_ms": 0.5, "window_ms": 2.5},
        "down": {"took_ms": 0.25, "verify_ms": 0.125, "window_ms": 0.0},
        "window_ms": 2.5,
        "losses": [{"table": "orders", "column": "note", "count": 3, "whole": False, "declared": True}],
        "findings": [],
        "difference": [],
        "crashes": {"tried": 2, "failed": []},
    }
    assert (second["findings"], second["difference"]) == (
        ["takes view mine along, which is not of these steps"],
        ["- a", "+ b"],
    )
    assert (second["verdict"], second["reason"], second["proven"]) == ("broken", "é\ud800", False)
    assert third["crashes"] == {"tried": 1, "failed": ["up, killed before statement 2: half"]}
    # As anybody can compute it.
    rest = {key: value for key, value in found.items() if key != "digest"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    command = ["sha256sum"]
    summed = subprocess.run(command, input=canonical, capture_output=True, text=True, check=True).stdout.split()[0]
    assert found["digest"] == f"sha256:{summed}"
    read = certificate.read(shop.file)
    assert list(read.steps) == [step.id for step in drill.steps] and read.steps["0003.shop-third"].failed
    assert (read.made_at.isoformat(), read.signed.key, read.signed.principal) == (drill.began_utc, "", "")


def test_an_irreversible_step_has_no_rollback_in_it(tree: Tree, tmp_path: Path) -> None:
    for shop in opened(tree("irreversible"), "sqlite", tmp_path, None):
        refused(
            shop.up(),
            "drill.json: the verdict on 0003.shop-third is irreversible: the rows came from a service that is gone",
            "--allow lossless,lossy,irreversible lets it through; have a backup",
        )
        assert shop.up("--to", "2").code == 0, "what is not to be applied is not asked about"
        (shop.root / "migrations/shop/sqlite/0003.shop-third.sql").write_text("-- Third: more.\n\nSELECT 1;\n")
        (shop.root / "migrations/shop/sqlite/0003.shop-third.rollback.sql").write_text("-- Third: back.\n\nSELECT 1;\n")
        shop.certify(
            shop.with_step(2, forward_checksum=project.load(shop.root, "shop", "sqlite").steps[2].forward.checksum)
        )
        refused(shop.up("--allow", "irreversible"), "0003.shop-third.rollback.sql: 0003.shop-third was edited", "drill")


# What is refused


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the drill is to differ, which options are given, and what must be said: where and what, and what to do."""

    changed: Callable[[Shop], Drill]
    message: str
    then: str
    options: tuple[str, ...] = ()


def aged(**ago: float) -> Callable[[Shop], Drill]:
    return lambda shop: replace(shop.drill, began_utc=(datetime.now(UTC) - timedelta(**ago)).isoformat())


AGAIN = "drill again: `rung drill shop --url URL --certificate "
REFUSALS = {
    "other family": Refusal(
        lambda shop: replace(shop.drill, family="stop"),
        "drill.json: this is a certificate of stop, and 0001.shop-customers is of shop",
        "`rung drill stop --url URL --certificate ",
    ),
    "other engine": Refusal(
        lambda shop: replace(shop.drill, engine="duckdb", engine_name="DuckDB", engine_version="2.0.0"),
        f"drill.json: the drill ran on DuckDB 2.0.0, and this is SQLite {sqlite3.sqlite_version}",
        "drill again with SQLite 3: `rung drill",
    ),
    "other engine of the same number": Refusal(
        lambda shop: replace(shop.drill, engine="postgresql", engine_name="PostgreSQL", engine_version="3.0"),
        f"drill.json: the drill ran on PostgreSQL 3.0, and this is SQLite {sqlite3.sqlite_version}",
        "drill again with SQLite 3: `rung drill",
    ),
    "other major version": Refusal(
        lambda shop: replace(shop.drill, engine_version="2.99.1"),
        f"the drill ran on SQLite 2.99.1, and this is SQLite {sqlite3.sqlite_version}",
        "drill again with SQLite 3",
    ),
    "too old": Refusal(aged(days=9.26), "UTC is 9.26 days old, and --max-age is 7", AGAIN, ("--max-age", "7")),
    "too old by minutes": Refusal(aged(minutes=16), "0.0111 days old", AGAIN, ("--max-age", "0.01")),
    "yet to come": Refusal(aged(days=-1), "which is yet to come", "set the clocks", ("--max-age", "7")),
    "step not in it": Refusal(
        lambda shop: replace(shop.drill, steps=shop.drill.steps[:2]),
        "drill.json: 0003.shop-third is not in the drill",
        "drill again, with this step: `rung drill",
    ),
    "forward edited": Refusal(
        lambda shop: shop.with_step(1, forward_checksum=NO_HASH),
        "sqlite/0002.shop-orders.sql: 0002.shop-orders was edited after it was drilled on 20",
        "drill it as it is now: `rung drill shop --url URL --certificate ",
    ),
    "rollback edited": Refusal(
        lambda shop: shop.with_step(1, rollback_checksum=NO_HASH),
        "sqlite/0002.shop-orders.rollback.sql: 0002.shop-orders was edited",
        "restore the file as it was drilled",
    ),
    "rollback new": Refusal(
        lambda shop: shop.with_step(1, rollback_checksum=None),
        "0002.shop-orders.rollback.sql: 0002",
        "restore the file",
    ),
    "verify edited": Refusal(
        lambda shop: shop.with_step(1, verify_checksum=NO_HASH),
        "sqlite/verify/0002.shop-orders.sql: 0002.shop-orders was edited",
        "restore the file",
    ),
    "not allowed": Refusal(
        lambda shop: shop.drill,
        "the verdict on 0001.shop-customers is lossy",
        "--allow lossless,lossy lets it through",
        ("--allow", "lossless"),
    ),
    "irreversible": Refusal(
        lambda shop: shop.with_step(2, verdict="irreversible", reason="no way back"),
        "the verdict on 0003.shop-third is irreversible: no way back",
        "--allow lossless,irreversible lets it through",
        ("--allow", "lossless", "--to", "3"),
    ),
    "broken": Refusal(
        lambda shop: shop.with_step(1, verdict="broken", reason="what is left differs", difference=("- a", "+ b")),
        "the verdict on 0002.shop-orders is broken: what is left differs",
        "correct its rollback, then drill again: ",
        ("--allow", "lossless,lossy,irreversible"),
    ),
    "skipped": Refusal(
        lambda shop: shop.with_step(1, verdict="skipped", reason="no extension x"),
        "the verdict on 0002.shop-orders is skipped: no extension x",
        "meet what it requires where you drill",
    ),
    "unreached": Refusal(
        lambda shop: shop.with_step(1, verdict="unreached", reason="0003 stood in the way"),
        "the verdict on 0002.shop-orders is unreached: 0003 stood in the way",
        "correct what kept the drill from it",
    ),
    "findings": Refusal(
        lambda shop: shop.with_step(1, findings=(LOSES, Finding("view", "mine"))),
        "the drill found of 0002.shop-orders what it does not declare",
        "declare it in its header; then drill again",
    ),
    "killed": Refusal(
        lambda shop: shop.with_step(1, crashes=(Crash("up", 1, ""), Crash("down", 2, "half a table"))),
        "0002.shop-orders did not survive a kill in the drill",
        "correct the step, then drill again",
    ),
    "other schema": Refusal(
        lambda shop: shop.with_step(0, before=NO_HASH),
        "0001.shop-customers: the schema here is not the one that it was drilled on",
        "drill again, on a copy of this database as it is now: `rung drill",
    ),
    "gap with nothing between": Refusal(
        lambda shop: shop.with_step(1, before=NO_HASH),
        "0002.shop-orders was not drilled on the schema that 0001.shop-customers leaves",
        AGAIN,
    ),
    "gap": Refusal(
        lambda shop: replace(shop.with_step(2, before=NO_HASH), steps=between(shop)),
        "0003.shop-third was not drilled on the schema that 0002.shop-orders leaves",
        "drill again, where the same steps are skipped as here",
    ),
}
DETAILS = {
    "forward edited": f"  drilled: {NO_HASH}\n  now:     sha256:",
    "rollback new": "  drilled: no file\n  now:     sha256:",
    "broken": "  - a\n  + b\n",
    "findings": f"  {LOSES}\n  takes view mine along, which is not of these steps\n",
    "killed": "  down, killed before statement 2: half a table\n",
    "other schema": f"  drilled on: {NO_HASH}\n  found:      sha256:",
    "gap": "  between them the drill climbed: 0002.shop-optional\n",
}


def between(shop: Shop) -> tuple[Drilled, ...]:
    """The steps of a drill that took one more than there is here."""
    first, second, third = shop.drill.steps
    more = replace(second, id="0002.shop-optional", before=second.after, after=NO_HASH)
    return first, second, more, replace(third, before=NO_HASH)


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_step_that_is_not_covered_is_refused(reason: str, shop: Shop) -> None:
    expected = REFUSALS[reason]
    if reason == "irreversible":
        steps = tuple(replace(step, verdict="lossless") for step in shop.drill.steps[:2])
        shop = replace(shop, drill=replace(shop.drill, steps=(*steps, shop.drill.steps[2])))
    shop.certify(expected.changed(shop))
    database = Path(shop.url.removeprefix("sqlite:///"))
    for options in ((), ("--dry-run",), ("--dry-run", "--verbose"), ("--one-transaction",)):
        result = shop.up(*expected.options, *options)
        refused(result, expected.message, expected.then)
        assert DETAILS.get(reason, "") in result.err
        assert not database.exists(), "no database is made for what is refused"
    sqlite_write(database, "PRAGMA user_version = 7")
    before = database.read_bytes()
    result = shop.up(*expected.options, "--json")
    assert (result.code, result.json["error"]["kind"]) == (1, "drill")
    assert f": {result.json['error']['message']}\n" in result.err
    assert result.json["certificate"]["file"] == str(shop.file) and result.json["report"]["deliverables"]
    if reason == "other schema":
        assert sqlite_rows(database, "SELECT name FROM sqlite_schema") == []
    else:
        assert database.read_bytes() == before
    # The way out.
    shop.certify()
    assert shop.up("--max-age", "1").code == 0


@pytest.mark.parametrize("kind", ["forward", "rollback", "verify"])
def test_a_file_edited_after_the_drill_is_refused_on_every_engine(kind: str, any_shop: Shop) -> None:
    engine = any_shop.drill.engine
    name = {"forward": "0002.shop-orders.sql", "rollback": "0002.shop-orders.rollback.sql"}.get(kind)
    file = any_shop.root / "migrations/shop" / engine / (name or "verify/0002.shop-orders.sql")
    text = file.read_text()
    file.write_text(text + "\n-- an afterthought\n")
    where = str(file.relative_to(any_shop.root))
    refused(any_shop.up(), f"{where}: 0002.shop-orders was edited after it was drilled on 20", "drill it as it is now")
    file.write_text(text.replace("\n", "\r\n"))
    result = any_shop.up()
    assert result.code == 0, result.err


def test_another_schema_or_server_is_refused_on_every_engine(any_shop: Shop) -> None:
    major = any_shop.drill.engine_version.split(".")[0]
    any_shop.certify(replace(any_shop.drill, engine_version=f"{int(major) + 1}.0"))
    refused(
        any_shop.up(), f"the drill ran on {any_shop.drill.engine_name} {int(major) + 1}.0, and this is", "drill again"
    )
    any_shop.certify(replace(any_shop.drill, engine_version=f"{major}.999"))
    run_sql(any_shop.url, "CREATE TABLE somebody_elses (id INTEGER)")
    for options in ("--dry-run",), ("--dry-run", "--verbose"), ():
        kept = "nothing was run" if options else "0001.shop-customers was not begun"
        refused(any_shop.up(*options), "0001.shop-customers: the schema here is not the one", "on a copy of", kept)
    status = call("status", "shop", "--project", any_shop.root, "--url", any_shop.url, "--json").json["families"][0]
    assert {step["state"] for step in status["steps"]} == {"pending"}
    history = call("history", "shop", "--project", any_shop.root, "--url", any_shop.url, "--json")
    assert history.json["events"] == [], "a refusal is no failure of the step"
    run_sql(any_shop.url, "DROP TABLE somebody_elses")
    assert any_shop.up().code == 0


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_schema_that_somebody_changes_between_two_steps(
    engine: str, tree: Tree, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """DuckDB needs no such test: nobody else can open the file meanwhile."""
    servers = request.getfixturevalue("servers") if engine == "postgresql" else None
    for shop in opened(tree("good-third" if engine == "sqlite" else engine), engine, tmp_path, servers):
        found = Gate(certificate.read(shop.file), None, gate.ALLOWED, datetime.now(UTC))
        loaded = project.load(shop.root, "shop", engine)

        def interfere(event: Progress, shop: Shop = shop) -> None:
            if event.phase == "done":
                run_sql(shop.url, "CREATE INDEX quick_fix ON customers (name, id)")

        with closing(engines.connect(parse(shop.url), "create", Settings())) as session:
            now = examine.state(session, loaded)
            with pytest.raises(DrillError) as refusal:
                climb.up(session, loaded, now, ACTOR, observe=interfere, allow=found.guard())
        error = refusal.value
        assert error.message == "0002.shop-orders: the schema is no longer the one that it was drilled on"
        assert error.detail[0] == f"drilled on: {shop.drill.steps[1].before}" and error.detail[1] != error.detail[0]
        assert error.hint.startswith("somebody changed it while the steps ran") and error.exit_code == 1
        assert error.kept == "0002.shop-orders was not begun; the step before it stays applied"
        events = call("history", "shop", "--project", shop.root, "--url", shop.url, "--json").json["events"]
        assert [(event["step"], event["outcome"]) for event in events] == [("0001.shop-customers", "ok")]
        # The next run begins where this one ended, and says the same as of its first step.
        kept = "0002.shop-orders was not begun"
        refused(shop.up(), "0002.shop-orders: the schema here is not the one that it was drilled on", "copy", kept)
        run_sql(shop.url, "DROP INDEX quick_fix")
        assert shop.up().code == 0


def test_a_refusal_in_one_transaction_undoes_the_steps_before_it(shop: Shop) -> None:
    shop.certify(shop.with_step(1, before=NO_HASH))
    found = Gate(certificate.read(shop.file), None, gate.ALLOWED, datetime.now(UTC))
    loaded = project.load(shop.root, "shop", "sqlite")
    for rehearse in (False, True):
        with closing(engines.connect(parse(shop.url), "create", Settings())) as session:
            now, allow = examine.state(session, loaded), found.guard()
            with pytest.raises(DrillError) as refusal:
                climb.up(session, loaded, now, ACTOR, one_transaction=True, rehearse=rehearse, allow=allow)
        assert refusal.value.kept == (
            "nothing, this was a dry run"
            if rehearse
            else "0002.shop-orders was not begun; undone: the 1 before it in the same transaction"
        )
        assert sqlite_rows(Path(shop.url.removeprefix("sqlite:///")), "SELECT name FROM sqlite_schema") == []


def test_a_step_that_makes_something_else_here_than_in_the_drill(shop: Shop) -> None:
    """What comes after it is refused when it is its turn, and a hard dry run says so before."""
    first, second, third = shop.drill.steps
    elsewhere = (replace(first, after=NO_HASH), replace(second, before=NO_HASH), third)
    shop.certify(replace(shop.drill, steps=elsewhere))
    assert shop.up("--dry-run").code == 0
    message = "0002.shop-orders: the schema is no longer the one that it was drilled on"
    then = "or a step made something else here than in the drill"
    refused(shop.up("--dry-run", "--verbose"), message, then, "nothing, this was a dry run")
    kept = "0002.shop-orders was not begun; undone: the 1 before it in the same transaction"
    refused(shop.up("--one-transaction"), message, then, kept)
    refused(shop.up(), message, then, "0002.shop-orders was not begun; the step before it stays applied")


def test_a_view_on_a_table_that_somebody_locks_is_waited_for(tree: Tree, servers: Servers, tmp_path: Path) -> None:
    """Reading the catalog takes locks on PostgreSQL: the step is tried again, as when it meets one itself."""
    root = tree("postgresql")
    with servers.database("installed") as url:
        run_sql(url, "CREATE TABLE base (id integer)")
        run_sql(url, "CREATE VIEW above AS SELECT id FROM base")
        options = ("shop", "--project", root, "--url", url)
        file = tmp_path / "drill.json"
        with servers.database("installed") as other:
            run_sql(other, "CREATE TABLE base (id integer)")
            run_sql(other, "CREATE VIEW above AS SELECT id FROM base")
            certificate.write(climbed(root, other), file)
        up = ("up", *options, "--require-drill", file, "--lock-timeout", "0.1", "--lock-retries")
        with psycopg.connect(url) as somebody:
            somebody.execute("LOCK TABLE base")
            result = call(*up, "1")
            assert result.code == 3 and "somebody else holds a lock that is needed" in result.err, result.err
            threading.Timer(0.5, somebody.rollback).start()
            result = call(*up, "20")
            assert result.code == 0, result.err


def test_a_step_that_is_skipped_here_needs_no_cover(tree: Tree, tmp_path: Path, servers: Servers) -> None:
    root = tree("postgresql")
    folder = root / "migrations/shop/postgresql"
    (folder / "0003.shop-third.sql").write_text(
        "-- Third: for those who have it.\n-- requires: extension nowhere\n\nCREATE TABLE third ();\n"
    )
    (folder / "0003.shop-third.rollback.sql").write_text("-- Third taken back: its table.\n\nDROP TABLE third;\n")
    (folder / "verify/0003.shop-third.sql").write_text("-- Third verified: it is.\n\nSELECT '', '' WHERE FALSE;\n")
    for shop in opened(root, "postgresql", tmp_path, servers):
        assert [step.verdict for step in shop.drill.steps] == ["lossy", "lossy", "skipped"]
        result = shop.up()
        assert result.code == 0 and "skipped 0003.shop-third" in result.out, result.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--max-age", "0"), "give days"),
        (("--max-age", "nan"), "give days"),
        (("--max-age", "inf"), "give days"),
        (("--max-age", "a week"), "invalid days value"),
        (("--allow", "lossy,broken"), "give one or more of lossless,lossy,irreversible"),
        (("--allow", ""), "give one or more of"),
    ],
)
def test_options_that_are_none(options: tuple[str, ...], said: str, shop: Shop) -> None:
    result = shop.up(*options)
    assert result.code == 2 and said in result.err


@pytest.mark.parametrize("option", [("--max-age", "7"), ("--allow", "lossy"), ("--allowed-signers", "x")])
def test_options_about_no_certificate(option: tuple[str, str], shop: Shop) -> None:
    result = call("up", "shop", "--project", shop.root, "--url", shop.url, *option)
    assert result.code == 2 and f"{option[0]} is about a certificate, and there is none" in result.err
    assert not Path(shop.url.removeprefix("sqlite:///")).exists()


# Reading what anybody wrote


def put(file: Path, content: Any) -> None:
    """Write a document with the digest that it should have."""
    if isinstance(content, dict):
        content = {**content, "digest": document.digest(content)}
    file.write_text(json.dumps(content))


def edited(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], object]:
    def make(file: Path) -> None:
        content = json.loads(file.read_text())
        change(content)
        put(file, content)

    return make


def without_digest(file: Path) -> None:
    file.write_text(file.read_text().replace('"verdict": "lossy"', '"verdict": "lossless"'))


def of_seventeen_megabytes(file: Path) -> None:
    os.truncate(file, 17 * 1024 * 1024)


def in_the_place_of_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def in_a_circle(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


GARBAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda file: file.unlink(), "cannot read the file: No such file or directory"),
    "a folder": (in_the_place_of_a_folder, "cannot read the file: Is a directory"),
    "a link to itself": (in_a_circle, "cannot read the file: Too many levels of symbolic links"),
    "huge": (of_seventeen_megabytes, "the file is larger than 16 MB"),
    "empty": (lambda file: file.write_text(""), "drill.json:1:1: the file is not JSON"),
    "not JSON": (lambda file: file.write_text('{"kind":\n "x",}'), "drill.json:2:6: the file is not JSON"),
    "not UTF-8": (lambda file: file.write_bytes(b'{"kind": "\xff"}'), "is not JSON that can be trusted"),
    "UTF-16": (lambda file: file.write_text("{}", encoding="utf-16"), "is not JSON that can be trusted"),
    "a key twice": (lambda file: file.write_text('{"kind": 1, "kind": 2}'), "is not JSON that can be trusted"),
    "deep": (lambda file: file.write_text("[" * 100_000), "is not JSON that can be trusted"),
    "deep inside": (
        lambda file: file.write_text('{"a": ' * 900 + "1" + "}" * 900),
        "drill.json",
    ),
    "a long number": (lambda file: file.write_text('{"format": ' + "9" * 5000 + "}"), "JSON that can be trusted"),
    "a list": (lambda file: put(file, []), "the file holds no JSON object"),
    "null": (lambda file: put(file, None), "the file holds no JSON object"),
    "some other JSON": (lambda file: put(file, {"name": "x"}), "the file is no certificate of a drill"),
    "other kind": (edited(lambda found: found.update(kind="x")), "the file is no certificate of a drill"),
    "no format": (edited(lambda found: found.pop("format")), "the file is no certificate of a drill"),
    "newer format": (edited(lambda found: found.update(format=2)), "is of format 2, and this rung knows format 1"),
    "edited": (without_digest, "not as rung wrote it: its digest does not fit"),
    "no digest": (lambda file: file.write_text(file.read_text().replace('"digest"', '"d"')), "its digest does not fit"),
    "no steps": (edited(lambda found: found.pop("steps")), "not as rung wrote it: steps is missing"),
    "a step no object": (edited(lambda found: found.update(steps=[1])), "steps[0] is 1, which it cannot be"),
    "a verdict of its own": (
        edited(lambda found: found["steps"][1].update(verdict="splendid")),
        'steps[1].verdict is "splendid", which it cannot be',
    ),
    "a checksum that is none": (
        edited(lambda found: found["steps"][1]["checksums"].update(forward="sha256:x\u001b[2J")),
        'steps[1].checksums.forward is "sha256:x\\u001b[2J", which it cannot be',
    ),
    "a step twice": (edited(lambda found: found["steps"].append(found["steps"][0])), "a step comes twice"),
    "no time": (edited(lambda found: found.update(made_at="yesterday")), "made_at is no time"),
    "no zone": (edited(lambda found: found.update(made_at="2026-11-21T00:00:00")), "made_at has no zone"),
    "before all time": (edited(lambda found: found.update(made_at="0001-01-01T00:00:00+23:00")), "made_at is no time"),
    "endless": (edited(lambda found: found.update(took_ms=float("inf"))), "took_ms is Infinity, which it cannot be"),
    "negative": (edited(lambda found: found["copy"].update(rows=-1)), "copy.rows is -1, which it cannot be"),
    "true for a number": (edited(lambda found: found["copy"].update(rows=True)), "copy.rows is true"),
    "large": (edited(lambda found: found.update(took_ms="9" * 5000)), 'took_ms is "999'),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_what_is_no_certificate_is_refused_in_one_line(kind: str, shop: Shop) -> None:
    make, said = GARBAGE[kind]
    make(shop.file)
    result = shop.up()
    assert result.code == 2, result.out + result.err
    first, *rest = result.err.splitlines()
    assert first.startswith(f"rung: {shop.file}") and said in first, result.err
    assert len(first) < len(str(shop.file)) + 150 and [line[:8] for line in rest] == ["  next: "]
    assert not Path(shop.url.removeprefix("sqlite:///")).exists()


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


STRANGE: tuple[object, ...] = (
    *(None, True, False, -1, 0, 1.5, 10**400, float("nan"), float("-inf")),
    *("", "x", "\ud800", "2026-11-21", "sha256:", [], [None], [[]], {}, {"": {}}),
)


def test_no_garbage_makes_a_traceback(shop: Shop) -> None:
    shop.certify(replace(shop.drill, steps=shop.drill.steps[:1]))
    raw = shop.file.read_bytes()
    # In memory: thousands of files take their time on a disk.
    descriptor = os.memfd_create("certificate")
    file = Path(f"/proc/self/fd/{descriptor}")
    session, steps = engines.scratch("sqlite", Settings()), project.load(shop.root, "shop", "sqlite").steps

    def taken(text: bytes) -> bool:
        """Whether it was taken for a certificate; if it was not, it was refused as it should be."""
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)
        try:
            found = certificate.read(file)
        except UsageError as error:
            assert len(error.message) < 200 and error.message.isprintable() and error.at
            return False
        try:
            Gate(found, 7, gate.ALLOWED, datetime.now(UTC)).foresee(session, steps, schema=True)
        except DrillError as error:
            assert all(line.isprintable() for line in error.lines())
        return True

    def strange(path: tuple[Any, ...], *value: object) -> dict[str, Any]:
        """The certificate with another value in one place, or with none."""
        found = holder = json.loads(raw)
        for key in path[:-1]:
            holder = holder[key]
        if value:
            holder[path[-1]] = value[0]
        else:
            del holder[path[-1]]
        return found

    for length in range(len(raw)):
        assert taken(raw[:length]) == (length >= len(raw.rstrip())), length
    for at in range(0, len(raw), 5):
        for byte in (0, 0x22, 0x5D, 0xC3):
            assert taken(raw[:at] + bytes([byte]) + raw[at + 1 :]) == (byte == raw[at]), (at, byte)
    content = json.loads(raw)
    count = 0
    for path in places(content):
        for value in STRANGE:
            changed = strange(path, value)
            assert taken(json.dumps(changed).encode()) == (json.dumps(changed) == json.dumps(content)), (path, value)
            # What somebody does who knows how to compute the digest.
            changed["digest"] = document.digest(changed)
            count += taken(json.dumps(changed).encode())
        changed = strange(path)
        changed["digest"] = document.digest(changed)
        in_a_list = isinstance(path[-1], int)
        assert taken(json.dumps(changed).encode()) == (in_a_list or path == ("digest",)), path
    assert count > 100, "texts and numbers that may be anything"
    os.close(descriptor)
    session.close()


def test_what_others_wrote_does_not_reach_the_terminal_as_it_is(shop: Shop) -> None:
    evil = "\x1b]0;owned\x07\nrung: all is well\u202e\ud800"
    shop.certify(replace(shop.with_step(0, verdict="broken", reason=evil, difference=(evil,)), username=evil))
    for options in (), ("--json",), ("--log-file", shop.file.with_name("log")):
        result = spawn("up", "shop", "--project", shop.root, "--url", shop.url, "--require-drill", shop.file, *options)
        assert result.returncode == 1, result.stderr
        for text in (result.stdout, result.stderr):
            assert not set("\x1b\x07\u202e") & set(text) and "\nrung: all is well" not in text
        assert "\\x1b]0;owned\\x07\\nrung: all is well\\u202e\\ud800" in result.stderr
    shop.certify(replace(shop.drill, username=evil))
    assert "\\x1b]0;owned" in shop.up().out


def test_what_is_printable() -> None:
    assert printable("é ✓ 漢字 x") == "é ✓ 漢字 x"
    assert printable("a\tb\nc\x7f\u2028\u200b\ud800\U000e0001") == r"a\tb\nc\x7f\u2028\u200b\ud800\U000e0001"
    assert printable("x" * 10, 9) == "x" * 9 + "…"


# Writing


def test_a_certificate_is_written_whole_or_not_at_all(shop: Shop) -> None:
    before = shop.file.read_bytes()
    listed = sorted(shop.file.parent.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(UsageError, match="cannot write the file: File too large"):
            shop.certify(replace(shop.drill, family="x" * 5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert shop.file.read_bytes() == before and sorted(shop.file.parent.iterdir()) == listed
    old = os.umask(0o027)
    try:
        shop.certify()
    finally:
        os.umask(old)
    assert shop.file.stat().st_mode & 0o777 == 0o640
    # Whoever reads the old one meanwhile reads all of it.
    with shop.file.open("rb") as reader:
        shop.certify(replace(shop.drill, family="stop"))
        assert reader.read() == before
    shop.certify()
    assert shop.file.read_bytes() == before and sorted(shop.file.parent.iterdir()) == listed


def test_a_link_is_neither_followed_nor_replaced(shop: Shop, tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "link.json"
    precious.write_text("as it was")
    link.symlink_to(precious)
    for _ in range(2):
        with pytest.raises(UsageError, match="what has this name is no file of its own"):
            certificate.write(shop.drill, link)
        assert link.is_symlink() and not list(tmp_path.glob(".rung-*"))
        link.unlink()
        link.symlink_to(tmp_path / "gone")
    assert precious.read_text() == "as it was" and not (tmp_path / "gone").exists()
    # One that is read may well be a link, as in a mounted volume.
    link.unlink()
    link.symlink_to(shop.file)
    assert replace(shop, file=link).up().code == 0


def test_where_nothing_can_be_written(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    os.mkfifo(tmp_path / "pipe")
    for place in ("nowhere/drill.json", ".", "file/drill.json", "x" * 300, "pipe"):
        with pytest.raises(UsageError, match="cannot write the file") as refusal:
            certificate.write(shop.drill, tmp_path / place)
        assert len(refusal.value.lines()) == 2 and not list(tmp_path.glob(".rung-*"))


# Signing


def keygen(*arguments: object) -> None:
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen (openssh-client) is missing on this machine")
    subprocess.run(["ssh-keygen", "-q", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private key without a passphrase."""
    file = tmp_path / "id_ed25519"
    keygen("-t", "ed25519", "-N", "", "-C", "", "-f", file)
    return file


def signers(file: Path, *keys: tuple[str, Path]) -> Path:
    """A list of allowed signers: of each who, and the key."""
    file.write_text("".join(f"{name} {key.with_suffix('.pub').read_text()}" for name, key in keys))
    return file


def test_a_signature_is_checked_and_so_is_whose_it_is(shop: Shop, key: Path, tmp_path: Path) -> None:
    other = tmp_path / "id_other"
    keygen("-t", "ecdsa", "-N", "", "-f", other)
    listed = signers(tmp_path / "signers", ("bob", other), ("alice@example.org,alice", key))
    strangers = signers(tmp_path / "strangers", ("bob", other))
    refused(shop.up("--allowed-signers", listed), "drill.json: the certificate is not signed", "drill.json.sig")
    assert certificate.sign(shop.file, key) == shop.file.with_name("drill.json.sig")
    result = shop.up("--dry-run", "--json")
    assert result.code == 0, result.err
    assert result.json["certificate"]["key"].startswith("SHA256:") and not result.json["certificate"]["signed_by"]
    assert f"UTC by dba@db1, signed with the key {result.json['certificate']['key']}" in result.err
    message = f"drill.json.sig: the certificate is signed with the key {result.json['certificate']['key']}, which none"
    refused(shop.up("--allowed-signers", strangers), message, "have one of them sign it")
    result = shop.up("--allowed-signers", listed, "--json")
    assert result.code == 0 and result.json["certificate"]["signed_by"] == "alice@example.org", result.err
    assert "UTC by dba@db1, signed by alice@example.org" in result.err
    # Signed again by somebody else, it is somebody else's.
    certificate.sign(shop.file, other)
    assert shop.up("--allowed-signers", strangers, "--json").json["certificate"]["signed_by"] == "bob"


def test_a_signature_that_does_not_fit_is_refused(shop: Shop, key: Path, tmp_path: Path) -> None:
    listed = signers(tmp_path / "signers", ("alice", key))
    beside = certificate.sign(shop.file, key)
    good = beside.read_bytes()
    message = "drill.json.sig: the signature does not fit the certificate"
    # Whoever edits it can correct the digest, but not the signature.
    shop.certify(replace(shop.drill, family="stop"))
    for options in (), ("--allowed-signers", listed):
        refused(shop.up(*options), message, "have it signed again")
    shop.certify()
    assert shop.up("--dry-run", "--allowed-signers", listed).code == 0
    for garbage in (b"", b"garbage", good[:-60], good.replace(b"A", b"B"), b"\0" * 1000, b"\xff\x1b[2J"):
        beside.write_bytes(garbage)
        for options in (), ("--allowed-signers", listed):
            result = shop.up(*options)
            refused(result, message, "have it signed again")
            assert "\x1b" not in result.err
    # Signed for another purpose.
    beside.unlink()
    keygen("-Y", "sign", "-f", key, "-n", "file", shop.file)
    refused(shop.up(), message, "have it signed again")
    # A signature that cannot be read is not one that is not there.
    beside.unlink()
    beside.symlink_to(tmp_path / "gone")
    assert shop.up().code == 2
    beside.unlink()
    assert shop.up("--dry-run").code == 0


def test_a_list_of_signers_that_is_none(shop: Shop, key: Path, tmp_path: Path) -> None:
    certificate.sign(shop.file, key)
    listed = tmp_path / "signers"
    result = shop.up("--allowed-signers", listed)
    assert result.code == 2 and f"{listed}: cannot read the file" in result.err
    for text in (
        "",
        "garbage",
        "alice ssh-ed25519 AAAA\n",
        'alice namespaces="git" ' + key.with_suffix(".pub").read_text(),
    ):
        listed.write_text(text)
        refused(
            shop.up("--allowed-signers", listed), "which none of the allowed signers has", "have one of them sign it"
        )
    listed.write_text('alice namespaces="rung-drill" ' + key.with_suffix(".pub").read_text())
    assert shop.up("--allowed-signers", listed).code == 0


def test_what_is_verified_is_what_is_read(shop: Shop, key: Path, tmp_path: Path) -> None:
    """A pipe gives its bytes once: whoever read it twice, to check it and to parse it, would wait for ever."""
    certificate.sign(shop.file, key)
    names = ("drill.json", "drill.json.sig", "signers")
    signers(tmp_path / "signers", ("alice", key))
    folder = tmp_path / "pipes"
    folder.mkdir()
    for name in names:
        os.mkfifo(folder / name)

    def feed(name: str) -> None:
        (folder / name).write_bytes((tmp_path / name).read_bytes())

    threads = [threading.Thread(target=feed, args=(name,), daemon=True) for name in names]
    for thread in threads:
        thread.start()
    options = ("--require-drill", folder / "drill.json", "--allowed-signers", folder / "signers")
    result = spawn("up", "shop", "--project", shop.root, "--url", shop.url, *options)
    assert result.returncode == 0 and "signed by alice" in result.stdout, result.stderr


def test_what_is_signed_is_a_certificate(shop: Shop, key: Path) -> None:
    shop.file.write_text("{}")
    with pytest.raises(UsageError, match="no certificate"):
        certificate.sign(shop.file, key)
    assert not shop.file.with_name("drill.json.sig").exists()
    shop.certify()
    for bad in (shop.root, shop.file, shop.file.with_name("-nowhere"), Path("-h")):
        with pytest.raises(UsageError, match="ssh-keygen does not sign with this key"):
            certificate.sign(shop.file, bad)
    key.chmod(0o644)
    with pytest.raises(UsageError) as refusal:
        certificate.sign(shop.file, key)
    assert any("UNPROTECTED PRIVATE KEY" in line for line in refusal.value.detail)
    assert "@@@" not in "\n".join(refusal.value.lines())


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    """A private key with a passphrase."""
    file = tmp_path / "id_locked"
    keygen("-t", "ed25519", "-N", "open sesame", "-f", file)
    return file


# Signs in a process of its own: with a terminal, or without.
SIGN = """
import fcntl, os, sys, termios
from pathlib import Path
from runner import certificate
from runner.errors import RungError
if len(sys.argv) > 3:
    fcntl.ioctl(int(sys.argv[3]), termios.TIOCSCTTY, 0)  # The terminal of this session.
try:
    certificate.sign(Path(sys.argv[1]), Path(sys.argv[2]), ask=os.isatty(0))
except RungError as error:
    sys.exit("\\n".join(error.lines()))
"""


def signing(shop: Shop, key: Path, *terminal: int) -> list[str]:
    return [sys.executable, "-c", SIGN, str(shop.file), str(key), *map(str, terminal)]


def test_nobody_is_asked_for_a_passphrase_on_a_pipe(shop: Shop, locked: Path, tmp_path: Path) -> None:
    """Also not by a helper that ssh-keygen would call, nor on the terminal of the session that the pipe is in."""
    helper = tmp_path / "askpass"
    helper.write_text(f"#!/bin/sh\necho asked >> {tmp_path}/asked\necho open sesame\n")
    helper.chmod(0o755)
    parent, terminal = pty.openpty()
    result = subprocess.run(
        signing(shop, locked, terminal),
        cwd=ROOT,
        env={**os.environ, "DISPLAY": ":0", "SSH_ASKPASS": str(helper), "SSH_ASKPASS_REQUIRE": "force"},
        pass_fds=[terminal],
        start_new_session=True,
        input="open sesame\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(parent)
    os.close(terminal)
    assert result.returncode == 1, result.stderr
    assert result.stderr.startswith(f"{locked}: ssh-keygen does not sign with this key\n"), result.stderr
    assert "ssh-add" in result.stderr and "sesame" not in result.stdout + result.stderr
    assert not (tmp_path / "asked").exists() and not shop.file.with_name("drill.json.sig").exists()


def test_on_a_terminal_the_passphrase_is_asked_for(shop: Shop, locked: Path) -> None:
    parent, terminal = pty.openpty()
    streams = {"stdin": terminal, "stdout": terminal, "stderr": terminal}
    process = subprocess.Popen(signing(shop, locked, 0), cwd=ROOT, start_new_session=True, **streams)  # type: ignore[call-overload]
    os.close(terminal)
    said = b""
    try:
        while b"passphrase" not in said:
            said += os.read(parent, 1000)
        os.write(parent, b"open sesame\n")
        while True:
            said += os.read(parent, 1000)
    except OSError:
        pass  # The other end of the terminal is closed.
    assert process.wait(timeout=60) == 0, said
    os.close(parent)
    assert b"sesame" not in said and certificate.read(shop.file).signed.key


def test_a_key_in_the_agent_is_named_by_its_public_half(shop: Shop, key: Path) -> None:
    script = 'ssh-add -q "$0" && rm "$0" && exec "$@"'
    command = ["ssh-agent", "sh", "-c", script, str(key), *signing(shop, key.with_suffix(".pub"))]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    assert certificate.read(shop.file).signed.key.startswith("SHA256:")


def test_without_ssh_keygen_it_is_said(shop: Shop, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate.sign(shop.file, key)
    monkeypatch.setenv("PATH", str(tmp_path))
    result = shop.up()
    assert result.code == 2 and "rung: ssh-keygen cannot be run: No such file or directory" in result.err
    assert "install openssh-client" in result.err
    shop.file.with_name("drill.json.sig").unlink()
    assert shop.up().code == 0, "what is not signed needs none"


# Odds and ends


def test_equal_catalogs_and_only_they_have_one_fingerprint() -> None:
    def of(*triples: tuple[str, str, str]) -> str:
        return examine.fingerprint([examine.Object(*triple) for triple in triples])

    found = [
        of(),
        of(("table", "a", "b")),
        of(("view", "a", "b")),
        of(("table", "", "ab")),
        of(("table", "ab", "")),
        of(("table", "a", "b"), ("index", "c", "d")),
        of(("index", "c", "d"), ("table", "a", "b")),
        of(("table", 'a", "b', "")),
        of(("table", "a", "b\x00")),
        of(("table", "a\ud800", "b")),
    ]
    assert len(set(found)) == len(found) and of(("table", "a", "b")) == found[1]
    assert found[0] == "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


def test_every_verdict_can_be_read(shop: Shop) -> None:
    for verdict in get_args(Verdict):
        shop.certify(shop.with_step(0, verdict=verdict))
        assert certificate.read(shop.file).steps["0001.shop-customers"].verdict == verdict


def test_refusals_are_an_honest_no() -> None:
    assert DrillError("x").exit_code == 1 and issubclass(DrillError, RungError) and DrillError.kind == "drill"
