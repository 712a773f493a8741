"""`rung drift`: the live catalog against what the applied steps build, and where the two part."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from runner import config, drift, forms, places, project
from runner.config import Config, Foreign
from runner.context import Context
from runner.differences import Difference
from runner.drift import Found, Order
from runner.drill_words import shown
from runner.errors import EXIT_NO, EXIT_OK, Location, ProjectError, counted, some
from runner.outcome import Checked, Notice, Outcome
from runner.project import Tree
from runner.target import Target

RULES = {
    "drift.missing": "The applied steps make it, and it is not there.",
    "drift.changed": "It is not as the applied steps make it.",
    "drift.unknown": "No applied step makes it.",
    "drift.ledger": "The files of the steps and the ledger disagree, so nothing says what should be there.",
}
_SAYS = {
    "missing": "is not there, and the steps make it",
    "changed": "is not as the steps make it",
    "unknown": "is made by no step",
}
_MOST_LINES = 20


def run(context: Context) -> int:
    """Compare a database with what its applied steps build. Exit 1: something differs, or cannot be compared."""
    arguments = context.arguments
    forms.refuse_unwritable(context)
    target = context.target()
    tree = context.tree(target)
    known = config.load(context.root)
    known = Config((*known.foreign, Foreign(tuple(arguments.foreign or ()), (), "--foreign")), known.allow)
    began_utc = datetime.now(UTC).isoformat(timespec="seconds")
    order = Order(
        tree=tree,
        others=_others(context.root, tree),
        origin=target,
        where=arguments.scratch,
        settings=context.settings,
        actor=context.actor,
        observe=context.report.doing,
    )
    try:
        found = drift.run(order)
    finally:
        context.report.doing()
    outcome = _outcome(found, tree, target, known, began_utc)
    _tell(context, found, target, outcome, known)
    forms.tell(context, outcome)
    return EXIT_OK if outcome.holds else EXIT_NO


def _others(root: Path, tree: Tree) -> tuple[Tree, ...]:
    """The other families on the engine. One whose files are wrong is left out: it is not the one that was asked for."""
    trees: list[Tree] = []
    for family, known in project.families(root).items():
        if family != tree.family and tree.engine in known:
            try:
                trees.append(project.load(root, family, tree.engine))
            except ProjectError:
                continue
    return tuple(trees)


def _outcome(found: Found, tree: Tree, target: Target, known: Config, began_utc: str) -> Outcome:
    group = f"{tree.family}.{tree.engine}.drift"
    problems = tuple(
        Notice("drift.ledger", "error", error.message, error.at, rung.id, error.detail, error.hint)
        for rung in found.plan.rungs
        if (error := rung.problem)
    )
    notices = tuple(_notice(one, found, _foreign(known, tree.family, one)) for one in found.differences)
    why_not = "the ledger and the files disagree" if problems else "no step is applied"
    schema = Checked("schema", group, notices=notices, skipped="" if found.compared is not None else why_not)
    rules = {notice.rule: RULES[notice.rule] for notice in (*problems, *notices)}
    title = f"{tree.family} on {target.shown}"
    return Outcome("drift", title, began_utc, (Checked("ledger", group, notices=problems), schema), rules)


def _foreign(known: Config, family: str, one: Difference) -> str:
    """Why an object is none of the steps' business: said of it, or of what it is a part of."""
    return next(filter(None, (known.foreign_to(family, *key) for key in ((one.kind, one.name), *one.wholes))), "")


def _notice(one: Difference, found: Found, foreign: str) -> Notice:
    subject = f"{one.kind} {one.name}"
    hint = {
        "missing": "make it again as the step does, or let a new step drop it",
        "changed": "make it again as the step does, or let a new step make the change",
        "unknown": f"let a new step make it, drop it, or declare it in {config.NAME}: [[foreign]] "
        f'objects = ["{subject}"]',
    }[one.change]
    message = f"{subject} {_SAYS[one.change]}"
    return Notice(f"drift.{one.change}", "error", message, _place(one, found), subject, one.lines, hint, foreign)


def _place(one: Difference, found: Found) -> Location:
    """Where a step makes an object, or what it is a part of; the highest step for what none makes."""
    steps = [rung.step for rung in found.plan.applied if rung.step]
    for key in ((one.kind, one.name), *one.wholes) if one.change != "unknown" else ():
        if step := found.makers.get(key):
            return places.place_of(step.forward, *key) or Location(step.forward.path, 1)
    return Location(steps[-1].forward.path, 1)


def _tell(context: Context, found: Found, target: Target, outcome: Outcome, known: Config) -> None:
    say, now = context.report.say, found.plan
    notices = outcome.checked[1].notices
    context.payload["objects"] = [
        {
            "kind": one.kind,
            "name": one.name,
            "change": one.change,
            "expected": one.expected or None,
            "found": one.found or None,
            "foreign": notice.allowed or None,
        }
        for one, notice in zip(found.differences, notices, strict=True)
    ]
    context.payload.update(notes=list(found.notes), checked=outcome.as_json())
    steps = f"{len(now.applied)} of {counted(len(now.rungs), 'step')} applied"
    say(f"{now.family} on {target.shown} ({found.name} {found.version}), {steps}")
    for problem in now.problems:
        for line in problem.lines():
            say(f"  {line}")
    if now.problems:
        say("Not compared: first the ledger and the files must agree.")
        return
    if found.compared is None:
        say("No step is applied, so there is nothing to compare with.")
        return
    for notice in notices:
        if notice.counts or context.report.verbose:
            _say_notice(context, notice)
    for note in found.notes:
        say(f"note: {note}")
    _say_sum(context, found, outcome)


def _say_notice(context: Context, notice: Notice) -> None:
    say = context.report.say
    foreign = f" (foreign: {notice.allowed})" if notice.allowed else ""
    say(f"  {notice.rule.removeprefix('drift.'):<7}  {shown(notice.subject)}{shown(foreign)}")
    for line in notice.detail if context.report.verbose else some(notice.detail, _MOST_LINES):
        say(f"           {shown(line, prose=True)}".rstrip())
    if notice.rule != "drift.unknown":
        say(f"           made by {notice.at}")


def _say_sum(context: Context, found: Found, outcome: Outcome) -> None:
    say, notices = context.report.say, outcome.checked[1].notices
    if foreign := [notice for notice in notices if not notice.counts]:
        say(f"{counted(len(foreign), 'object is', 'objects are')} declared foreign.")
    counting = Counter(notice.rule.removeprefix("drift.") for notice in notices if notice.counts)
    steps = counted(len(found.plan.applied), "applied step")
    if not counting:
        say(f"No drift: the {steps} build exactly the {counted(found.compared or 0, 'object')} that are here.")
        return
    each = ", ".join(f"{number} {change}" for change, number in sorted(counting.items()))
    say(f"Drift: {counted(counting.total(), 'object')} not as the {steps} make them: {each}.")
