"""What a drill found wrong with its steps, as cases: each fault once, at the line that makes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from runner.errors import Location
from runner.outcome import Checked, Notice
from runner.places import SAYINGS, names_of, place_of
from runner.project import Step, Tree
from runner.sqlfile import SqlFile, parse_header
from runner.verdict import BESIDE, Drill, Drilled, Failure, Finding

RULES = {
    "does-not-apply": "A step goes up, and goes up again after it was rolled back.",
    "does-not-revert": "The rollback of a step runs.",
    "verify-fails": "The verify file of a step holds right after the step, and after what was above it is rolled back.",
    "rollback-differs": "A rollback restores what was there before its step: every object, and every row.",
    "undeclared-loss": "A rollback that drops data says so: `-- loses: table (what)` in its header.",
    "loses-nothing": "What `loses:` in the header of a rollback names is lost when it runs.",
    "crash": "A step that is killed at a statement boundary leaves the database as it was.",
    "drill-finding": "A drill proves every step.",
}


def of_drill(found: Drill, tree: Tree) -> tuple[Checked, ...]:
    """A case for each step of a drill, with a notice for each fault, once, at the line that makes it.

    One of them counts exactly where the drill is not proven.
    """
    steps = {step.id: step for step in tree.steps}
    verifies = {step.verify.path for step in tree.steps}
    notices = {drilled.id: tuple(_drilled(drilled, steps[drilled.id], verifies)) for drilled in found.steps}
    if not found.proven and not any(notices.values()):
        # Steps that were not reached, though nothing says what was in their way.
        notices |= {one.id: (_unproven(one, steps[one.id]),) for one in found.steps if not one.proven}
    return tuple(
        Checked(
            drilled.id,
            f"{found.family}.{found.engine}.drill",
            steps[drilled.id].forward.path,
            sum(way.step_ms + way.verify_ms for way in (drilled.up, drilled.down) if way) / 1000,
            notices[drilled.id],
            drilled.reason if drilled.verdict in {"unreached", "skipped"} and not notices[drilled.id] else "",
        )
        for drilled in found.steps
    )


# How a step fails on its first way through; another way shows what the one before it left.
_FIRST = frozenset({"does not go up", "does not go down"})


def _drilled(drilled: Drilled, step: Step, verifies: set[str]) -> Iterator[Notice]:
    if drilled.proven or drilled.verdict == "unreached":
        return
    found = list(_faults(drilled, step, verifies))
    yield from found or [_unproven(drilled, step)]


def _unproven(drilled: Drilled, step: Step) -> Notice:
    what = drilled.reason.removeprefix(BESIDE) or f"it is {drilled.verdict}, and not proven"
    return Notice("drill-finding", "error", what, step.forward.at(0), step.id, drilled.difference)


def _faults(drilled: Drilled, step: Step, verifies: set[str]) -> Iterator[Notice]:
    back = step.rollback or step.forward
    parts = _parts(drilled)
    told = [part for part in parts if part.kind and not part.of]
    for part in told:
        yield _differs(part, [one for one in parts if one.of == part.head], step, back)
    rest = [part for part in parts if not part.kind]
    # What came up on the copy and beside it is told once.
    findings = dict.fromkeys(replace(finding, beside=False) for finding in drilled.findings)
    for table in dict.fromkeys(finding.name for finding in findings if finding.loss):
        losses = [finding for finding in findings if finding.loss and finding.name == table]
        yield _loses(table, losses, [part for part in rest if part.table == table], back)
        rest = [part for part in rest if part.table != table]
    if failure := drilled.failure:
        # What the rollback left is why the step goes neither up nor down once more.
        if not (told and failure.what not in _FIRST):
            yield _fails(failure, step, verifies, _lines(rest))
    else:
        yield from (_differs(part, [], step, back) for part in _by_table(rest))
    yield from (_finding(finding, back) for finding in findings if not finding.loss)
    for crash in drilled.crashes:
        if crash.problem:
            what = f"killed on the way {crash.operation} before statement {crash.statement}: {crash.problem}"
            yield Notice("crash", "error", what, (step.forward if crash.operation == "up" else back).at(0), step.id)


def _loses(table: str, found: Sequence[Finding], parts: Sequence[_Part], back: SqlFile) -> Notice:
    losses = [finding.loss for finding in found if finding.loss]
    first = losses[0]
    hint = f"keep it, or say `-- loses: {first.name} (what of it)` in the header of the rollback"
    what = f"loses {' and '.join(map(str, losses))}, and {found[0].declares}"
    at = place_of(back, "column" if first.column else "table", first.name) or back.at(0)
    return Notice("undeclared-loss", "error", what, at, f"table {table}", _lines(parts), hint)


def _by_table(parts: Iterable[_Part]) -> Iterator[_Part]:
    """What is said of the rows of one table twice, after down and after up and down, once."""
    known: dict[str, _Part] = {}
    for part in parts:
        name = part.table or part.head
        if name not in known:
            known[name] = part
            yield part


def _fails(failure: Failure, step: Step, verifies: set[str], detail: tuple[str, ...]) -> Notice:
    words = failure.message if failure.what in _FIRST else f"{failure.what}: {failure.message}"
    file = step.forward if failure.is_up else step.rollback or step.forward
    rule = "does-not-apply" if failure.is_up else "does-not-revert"
    if failure.at and failure.at.file in verifies:
        rule = "verify-fails"
        if not failure.is_up:
            words = f"after the rollback of {step.id}: {words}"
    return Notice(rule, "error", words, (failure.at or file.at(0)).placed, step.id, detail)


def _finding(finding: Finding, back: SqlFile) -> Notice:
    if finding.declares:
        line = parse_header(back)[0].lines.get("loses", 1)
        return Notice("loses-nothing", "error", str(finding), Location(back.path, line, 1), finding.name)
    at = place_of(back, finding.kind, finding.name) or back.at(0)
    return Notice("drill-finding", "error", str(finding), at, f"{finding.kind} {finding.name}")


# Parts of other objects, and what is said of any object; the latter may be said of the former.
_PARTS = frozenset({"index", "trigger", "constraint", "column", "policy", "rule", "row security"})
_WHENS = ("from nothing:", "after up and down:", "after down and up:")
_ROWS = re.compile(r"table (?P<table>.+?)(?: \(|: |, of the step's own rows)")
_ON = re.compile(r'\b(?:ON|ON ONLY|OWNED BY) ((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)')


@dataclass(slots=True)
class _Part:
    """A piece of a difference. head: what it is about; kind, name: of the object, if it is about one. table: whose rows
    it is about, or empty. again: it showed when the step went up again. of: the head of what it is a part of."""

    head: str
    kind: str = ""
    name: str = ""
    table: str = ""
    again: bool = False
    lines: list[str] = field(default_factory=list)
    of: str = ""

    @property
    def rank(self) -> int:
        """Of two objects, that of the higher rank may be a part of the other."""
        if self.kind in SAYINGS:
            return 2
        return int(self.kind in _PARTS or (self.kind == "sequence" and " OWNED BY " in "".join(self.lines)))


def _parts(drilled: Drilled) -> list[_Part]:
    """The difference that a step left, by what its lines are about."""
    keys = {f"{kind} {name}": (kind, name) for kind, name in drilled.objects}
    parts: list[_Part] = []
    again = False
    for entry in drilled.difference:
        if entry in _WHENS:
            again = entry == _WHENS[-1]
        elif entry in keys or not parts or not entry.startswith(("+ ", "- ", "  ")):
            rows = _ROWS.match(entry)
            parts.append(_Part(entry, *keys.pop(entry, ("", "")), rows["table"] if rows else "", again))
        else:
            parts[-1].lines.append(entry)
    _fold(sorted((part for part in parts if part.kind), key=lambda part: part.rank))
    return parts


def _fold(objects: Sequence[_Part]) -> None:
    """Say of each object what it is a part of, where that is listed too. objects: by rank."""
    known: dict[str, _Part] = {}
    for part in objects:
        names = [".".join(words) for words in names_of(part.kind, part.name)]
        if part.rank == 1:
            places = [place.replace('"', "").lower() for line in part.lines for place in _ON.findall(line)]
            names += [name for place in places for name in (place, *place.split("."))]
        whole = next((one for name in names if (one := known.get(name)) and one.rank < part.rank), None)
        if not whole and part.rank == 2:
            # What an extension brings is not listed itself.
            whole = next((one for one in objects if one.kind == "extension"), None)
        part.of = (whole.of or whole.head) if whole else ""
        known.setdefault(part.name.partition("(")[0].lower(), part)


def _lines(parts: Iterable[_Part]) -> tuple[str, ...]:
    return tuple(line for part in parts for line in (part.head, *part.lines))


def _differs(part: _Part, parts: Sequence[_Part], step: Step, back: SqlFile) -> Notice:
    """What of an object, or of the rows of a table, is not as before. parts: of the object."""
    left, gone, same = (any(line.startswith(sign) for line in part.lines) for sign in "+- ")
    what, hint, behind = f"changes {part.head}", "", False
    if not part.kind:
        what = f"leaves other rows in table {part.table}" if part.table else f"does not restore {part.head}"
    elif not gone and not same:
        what, hint, behind = f"leaves {part.head} behind", "undo it in the rollback", True
    elif not left and not same:
        what, hint = f"takes {part.head} away", "make it again in the rollback, as it was"
    who = "the step, when it goes up again," if part.again else "the rollback"
    kind, name = (part.kind, part.name) if part.kind else ("table", part.table or part.head.rpartition(" ")[2])
    at = (place_of(step.forward, kind, name) if behind else None) or place_of(back, kind, name) or back.at(0)
    subject = f"table {part.table}" if part.table else part.head
    return Notice("rollback-differs", "error", f"{who} {what}", at, subject, _lines([part, *parts]), hint)
