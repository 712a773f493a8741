"""Other runs that move the ledger between any two moments of this one. Deterministic: the other run is put there."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, call, rows

from runner import climb, engines, examine, plan, project
from runner.climb import Progress
from runner.engines import Session, Settings
from runner.errors import InterruptedRunError, LedgerError
from runner.examine import Finding
from runner.ledger import Actor
from runner.plan import Plan
from runner.sqlfile import SqlFile
from runner.target import parse

ACTOR = Actor("tester", "here", "run")
TREE = project.load(ROOT, "ggen", "sqlite")


def test_another_run_between_plan_and_lock(url: str, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = engines.connect(parse(url), "create", Settings())

    def others_first() -> None:
        assert call("up", "ggen", "--url", url, "--to", "0003").code == 0

    monkeypatch.setattr(session, "prepare", others_first)
    taken = climb.up(session, TREE, examine.state(session, TREE), ACTOR)
    session.close()
    assert [step.id[:4] for step in taken] == ["0004", "0005", "0006", "0007", "0008"]
    assert rows(database, "SELECT count(*), count(DISTINCT migration_id) FROM _rung_event") == [(8, 8)]


@pytest.mark.parametrize("other", ["0002", "0005", "0008"])
def test_another_run_between_two_steps(other: str, url: str, database: Path) -> None:
    session = engines.connect(parse(url), "create", Settings())
    calls = []

    def others_meanwhile(event: Progress) -> None:
        if event.phase == "done" and not calls:
            calls.append(call("up", "ggen", "--url", url, "--to", other).code)

    taken = climb.up(session, TREE, examine.state(session, TREE), ACTOR, observe=others_meanwhile)
    session.close()
    assert calls == [0] and len(taken) == 1 + 8 - int(other)
    assert rows(database, "SELECT count(*), count(DISTINCT migration_id) FROM _rung_event") == [(8, 8)]


def test_another_run_that_rolls_back_meanwhile(url: str, database: Path) -> None:
    session = engines.connect(parse(url), "create", Settings())
    calls = []

    def others_meanwhile(event: Progress) -> None:
        if event.phase == "done" and event.step.startswith("0003") and not calls:
            calls.append(call("down", "ggen", "--url", url, "--steps", "2").code)

    climb.up(session, TREE, examine.state(session, TREE), ACTOR, observe=others_meanwhile)
    session.close()
    assert calls == [0]
    assert rows(database, "SELECT count(*) FROM _yoyo_migration") == [(8,)]
    assert call("verify", "ggen", "--url", url).code == 0


def test_down_does_not_go_on_from_a_plan_that_is_no_longer_true(url: str, database: Path) -> None:
    assert call("up", "ggen", "--url", url).code == 0
    session = engines.connect(parse(url), "write", Settings())
    now = examine.state(session, TREE)
    descents = plan.descend(now, steps=2)
    assert call("down", "ggen", "--url", url).code == 0
    with pytest.raises(LedgerError, match="another run moved the ledger meanwhile"):
        climb.down(session, now, descents, ACTOR)
    session.close()
    assert rows(database, "SELECT count(*) FROM _yoyo_migration") == [(7,)]


def test_an_interrupt_just_after_the_commit_is_not_called_undone(
    url: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = engines.connect(parse(url), "create", Settings())
    commit, commits = session.commit, []

    def commit_then_interrupt(at: SqlFile | None = None) -> None:
        commit(at)
        commits.append(at)
        if len(commits) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(session, "commit", commit_then_interrupt)
    with pytest.raises(InterruptedRunError) as caught:
        climb.up(session, TREE, examine.state(session, TREE), ACTOR)
    session.close()
    assert caught.value.kept == "0002.ggen-receipts was committed just before; the step before it stays applied"
    assert rows(database, "SELECT count(*) FROM _yoyo_migration") == [(2,)]
    assert rows(database, "SELECT DISTINCT outcome FROM _rung_event") == [("ok",)]


def test_verify_sees_one_state_though_another_run_rolls_back_meanwhile(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("up", "ggen", "--url", url).code == 0
    verify = examine.verify

    def others_first(session: Session, now: Plan, checks: tuple[SqlFile, ...]) -> list[Finding]:
        assert call("down", "ggen", "--url", url, "--steps", "2").code == 0
        return verify(session, now, checks)

    monkeypatch.setattr(examine, "verify", others_first)
    result = call("verify", "ggen", "--url", url)
    assert result.code == 0 and "8 verify files and 5 checks ran: everything holds." in result.out, result.out
