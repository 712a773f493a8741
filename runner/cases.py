"""What verify, status and drill found, as cases with notices: which rule, how bad, and the line to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from runner.errors import Location, RungError, counted
from runner.examine import Finding
from runner.outcome import Checked, Level, Notice, Outcome
from runner.plan import Plan, Rung
from runner.project import Tree
from runner.sqlfile import SqlFile

RULES = {
    "ledger": "The files of the applied steps are those that were applied, and none came in below them.",
    "verify": "What an applied step made is there: its verify file returns no row.",
    "verify-error": "A verify file of an applied step can run.",
    "check-error": "A check can run on the schema at its head.",
    "status.pending": "Every step is applied.",
    "status.edited": "The files of an applied step are those that were applied.",
    "status.missing": "The files of an applied step are there.",
    "status.out-of-order": "No step is left out below one that is applied.",
}

_STATES = {state: f"status.{state.replace(' ', '-')}" for state in ("pending", "edited", "missing", "out of order")}


def of_verify(
    title: str, began_utc: str, tree: Tree, now: Plan, ran: Sequence[Finding], checks: Sequence[SqlFile]
) -> Outcome:
    """The outcome of ``rung verify``: a case a file. checks: of the family, which wait while steps are pending."""
    group = f"{tree.family}.{tree.engine}"
    names = {"ledger": "ledger", "verify": "verify", "check": "checks"}
    cases = [
        Checked(Path(found.file).stem, f"{group}.{names[found.kind]}", found.file, notices=tuple(_found(found)))
        for found in ran
    ]
    why = f"{counted(len(now.pending), 'step')} pending" if now.applied else "no step is applied"
    waiting = {file.path: file for file in checks}.keys() - {found.file for found in ran}
    cases += [Checked(Path(path).stem, f"{group}.checks", path, skipped=why) for path in sorted(waiting)]
    titles = {f"check.{Path(found.file).stem}": found.title for found in ran if found.kind == "check"}
    return Outcome("verify", title, began_utc, tuple(cases), RULES | titles)


def _found(found: Finding) -> Iterator[Notice]:
    whole = Location(found.file).placed
    if found.error:
        rule = "ledger" if found.kind == "ledger" else f"{found.kind}-error"
        at = found.error.at or whole
        yield _of_error(rule, "error", found.error, at)
    rule = f"check.{Path(found.file).stem}" if found.kind == "check" else found.kind
    for violation in found.violations:
        yield Notice(rule, "error", str(violation), whole, violation.subject)


def _of_error(rule: str, level: Level, error: RungError, at: Location | None, subject: str = "") -> Notice:
    return Notice(rule, level, error.message, at.placed if at else None, subject, error.detail, error.hint)


def of_status(title: str, began_utc: str, trees: Sequence[Tree], plans: Sequence[Plan], *, strict: bool) -> Outcome:
    """The outcome of ``rung status``: a case a step. strict: with --exit-code, where a step that is not applied as it
    is written makes the answer a no; else it is only noted."""
    level: Level = "error" if strict else "note"
    cases = [
        Checked(
            rung.id, f"{tree.family}.{tree.engine}.status", _path(rung), 0.0, tuple(_state(rung, level)), rung.unmet
        )
        for tree, now in zip(trees, plans, strict=True)
        for rung in now.rungs
    ]
    return Outcome("status", title, began_utc, tuple(cases), RULES)


def _path(rung: Rung) -> str:
    if rung.step:
        return rung.step.forward.path
    return rung.problem.at.file if rung.problem and rung.problem.at else ""


def _state(rung: Rung, level: Level) -> Iterator[Notice]:
    if rung.problem:
        yield _of_error(_STATES[rung.state], level, rung.problem, rung.problem.at, rung.id)
    elif rung.state == "pending":
        yield Notice("status.pending", level, f"{rung.id} is pending", Location(_path(rung)).placed, rung.id)


def of_error(command: str, title: str, began_utc: str, error: RungError) -> Outcome:
    """The outcome of a command that could give no answer: one case, with the rule ``rung.<kind of the error>``."""
    notice = _of_error(f"rung.{error.kind}", "error", error, error.at)
    rules = {notice.rule: f"`rung {command}` gives an answer, whichever it is."}
    file = error.at.file if error.at else ""
    return Outcome(command, title, began_utc, (Checked(f"rung {command}", "rung", file, notices=(notice,)),), rules)
