"""What verify, status and drill found, as cases with notices: which rule, how bad, and the line to look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from runner.errors import Location, RungError, counted
from runner.examine import Finding
from runner.outcome import Checked, Level, Notice, Outcome
from runner.plan import Plan, Rung
from runner.project import Step, Tree
from runner.sqlfile import SqlFile, parse_header
from runner.verdict import Drill, Drilled

RULES = {
    "ledger": "The files of the applied steps are those that were applied, and none came in below them.",
    "verify": "What an applied step made is there: its verify file returns no row.",
    "verify-error": "A verify file of an applied step can run.",
    "check-error": "A check can run on the schema at its head.",
    "status.pending": "Every step is applied.",
    "status.edited": "The files of an applied step are those that were applied.",
    "status.missing": "The files of an applied step are there.",
    "status.out-of-order": "No step is left out below one that is applied.",
    "does-not-apply": "A step goes up, and goes up again after it was rolled back.",
    "does-not-revert": "The rollback of a step runs.",
    "verify-fails": "The verify file of a step holds right after the step, and after what was above it is rolled back.",
    "rollback-differs": "A rollback restores what was there before its step: every object, and every row.",
    "undeclared-loss": "A rollback that drops data says so: `-- loses: table (what)` in its header.",
    "loses-nothing": "What `loses:` in the header of a rollback names is lost when it runs.",
    "crash": "A step that is killed at a statement boundary leaves the database as it was.",
    "drill-finding": "A drill proves every step.",
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
    whole = _whole(Location(found.file))
    if found.error:
        rule = "ledger" if found.kind == "ledger" else f"{found.kind}-error"
        at = found.error.at or whole
        yield _of_error(rule, "error", found.error, at)
    rule = f"check.{Path(found.file).stem}" if found.kind == "check" else found.kind
    for violation in found.violations:
        yield Notice(rule, "error", str(violation), whole, violation.subject)


def _of_error(rule: str, level: Level, error: RungError, at: Location | None, subject: str = "") -> Notice:
    return Notice(rule, level, error.message, _whole(at) if at else None, subject, error.detail, error.hint)


def _whole(at: Location) -> Location:
    """A place: line 1 where none is known."""
    return at if at.line else Location(at.file, 1, 1)


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
        yield Notice("status.pending", level, f"{rung.id} is pending", _whole(Location(_path(rung))), rung.id)


def of_error(command: str, title: str, began_utc: str, error: RungError) -> Outcome:
    """The outcome of a command that could give no answer: one case, with the rule ``rung.<kind of the error>``."""
    notice = _of_error(f"rung.{error.kind}", "error", error, error.at)
    rules = {notice.rule: f"`rung {command}` gives an answer, whichever it is."}
    file = error.at.file if error.at else ""
    return Outcome(command, title, began_utc, (Checked(f"rung {command}", "rung", file, notices=(notice,)),), rules)


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


_WHATS = ("does not go up again", "does not go up", "does not go down a second time", "does not go down")
_LOSES = re.compile(r"loses (?P<loss>(?P<name>.+) \([\d,]+ (?:row|(?P<value>value))s?\)), and (?P<says>`loses:` .*)")
_LOSES_NOT = re.compile(r"`loses:` names (?P<name>.+), and nothing of it was lost")
_TAKES = re.compile(r"takes (?P<kind>[a-z ]+?) (?P<name>\S.*) along, which is not of these steps")


def _drilled(drilled: Drilled, step: Step, verifies: set[str]) -> Iterator[Notice]:
    if drilled.proven or drilled.verdict == "unreached":
        return
    found = list(_faults(drilled, step, verifies))
    yield from found or [_unproven(drilled, step)]


def _unproven(drilled: Drilled, step: Step) -> Notice:
    what = _bare(drilled.reason) or f"it is {drilled.verdict}, and not proven"
    return Notice("drill-finding", "error", what, step.forward.at(0), step.id, drilled.difference)


def _faults(drilled: Drilled, step: Step, verifies: set[str]) -> Iterator[Notice]:
    back = step.rollback or step.forward
    parts = _parts(drilled)
    told = [part for part in parts if part.kind and not part.of]
    for part in told:
        yield _differs(part, [one for one in parts if one.of == part.head], step, back)
    rest = [part for part in parts if not part.kind]
    for table, (losses, says) in _lost(drilled.findings).items():
        yield _loses(table, losses, says, [part for part in rest if part.table == table], back)
        rest = [part for part in rest if part.table != table]
    reason = _bare(drilled.reason)
    if what := next((what for what in _WHATS if reason.startswith(f"{what}: ")), ""):
        # What the rollback left is why the step goes neither up nor down once more.
        if not (told and what.endswith(("again", "time"))):
            yield _fails(drilled, step, what, verifies, _lines(rest))
    else:
        yield from (_differs(part, [], step, back) for part in _by_table(rest))
    for finding in dict.fromkeys(map(_bare, drilled.findings)):
        if not _LOSES.fullmatch(finding):
            yield _finding(finding, back)
    for crash in drilled.crashes:
        if crash.problem:
            what = f"killed on the way {crash.operation} before statement {crash.statement}: {crash.problem}"
            yield Notice("crash", "error", what, (step.forward if crash.operation == "up" else back).at(0), step.id)


def _loses(table: str, losses: Sequence[str], says: str, parts: Sequence[_Part], back: SqlFile) -> Notice:
    name = losses[0].rpartition(" (")[0]
    kind = "table" if name == table else "column"
    hint = f"keep it, or say `-- loses: {name} (what of it)` in the header of the rollback"
    what = f"loses {' and '.join(losses)}, and {says}"
    at = place_of(back, kind, name) or back.at(0)
    return Notice("undeclared-loss", "error", what, at, f"table {table}", _lines(parts), hint)


def _by_table(parts: Iterable[_Part]) -> Iterator[_Part]:
    """What is said of the rows of one table twice, after down and after up and down, once."""
    known: dict[str, _Part] = {}
    for part in parts:
        name = part.table or part.head
        if name not in known:
            known[name] = part
            yield part


def _bare(text: str) -> str:
    """A reason or finding without the remark that it came up beside the copy."""
    return text.removeprefix("from nothing: ")


def _fails(drilled: Drilled, step: Step, what: str, verifies: set[str], detail: tuple[str, ...]) -> Notice:
    words = _bare(drilled.reason).removeprefix(f"{what}: ")
    for place in (str(drilled.at), step.id):
        words = words.removeprefix(f"{place}: ")
    words = words if what in {"does not go up", "does not go down"} else f"{what}: {words}"
    up = what.startswith("does not go up")
    file = step.forward if up else step.rollback or step.forward
    rule = "does-not-apply" if up else "does-not-revert"
    if drilled.at and drilled.at.file in verifies:
        rule = "verify-fails"
        if not up:
            words = f"after the rollback of {step.id}: {words}"
    return Notice(rule, "error", words, _whole(drilled.at or file.at(0)), step.id, detail)


def _finding(finding: str, back: SqlFile) -> Notice:
    if nothing := _LOSES_NOT.fullmatch(finding):
        line = parse_header(back)[0].lines.get("loses", 1)
        return Notice("loses-nothing", "error", finding, Location(back.path, line, 1), nothing["name"])
    along = _TAKES.fullmatch(finding)
    at = (place_of(back, along["kind"], along["name"]) if along else None) or back.at(0)
    return Notice("drill-finding", "error", finding, at, f"{along['kind']} {along['name']}" if along else "")


def _lost(findings: Iterable[str]) -> Mapping[str, tuple[list[str], str]]:
    """By table, what is lost of it without being declared, and what `loses:` says about that."""
    lost: dict[str, tuple[list[str], str]] = {}
    for finding in findings:
        if match := _LOSES.fullmatch(_bare(finding)):
            table = match["name"].rpartition(".")[0] if match["value"] else match["name"]
            losses, _ = lost.setdefault(table, ([], match["says"]))
            if match["loss"] not in losses:
                losses.append(match["loss"])
    return lost


# Parts of other objects, and what is said of any object; the latter may be said of the former.
_PARTS = frozenset({"index", "trigger", "constraint", "column", "policy", "rule", "row security"})
_SAYINGS = frozenset({"comment", "grant", "owner", "default", "identity", "toast options"})
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
        if self.kind in _SAYINGS:
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
        names = [".".join(words) for words in _names(part.kind, part.name)]
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


_TOKEN = re.compile(
    r"""
    --[^\n]* | /\*.*?\*/ | [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*'      # nothing is named in these
    | (?P<open>\$(?P<tag>\w*)\$)(?P<body>.*?)\$(?P=tag)\$
    | "(?P<quoted>(?:[^"]|"")*)" | `(?P<ticked>[^`]*)`
    | (?P<word>[^\W\d][\w$]*)
    | (?P<end>;)
    """,
    re.VERBOSE | re.DOTALL,
)
_SAID_OF = re.compile(r"(?:materialized view|[a-z]+) (?P<name>.+?)(?: to \S+)?")
_OF_WHOM = re.compile(r"(?P<name>\S+) (?:of|in|on) .*")
# How the statements begin that are looked into first.
_MAKE = ("create", "alter", "comment", "grant")
_TAKE = ("drop", "delete", "truncate", "alter", "revoke")


def place_of(file: SqlFile, kind: str, name: str) -> Location | None:
    """Where a file names an object of the catalog, outside comments and strings; None where it does not.

    kind, name: as in sql/catalog, such as ``column``, ``orders.note``. In a forward file rather where something is
    made, in a rollback file rather where something is taken away. Of what has the name of a table before its own, and
    is not named itself, the place of the table.
    """
    sought = list(_names(kind, name))
    if kind not in _SAYINGS:
        # A column may have the name of its type, and a table that of its view.
        sought.insert(0, ("drop" if file.kind == "rollback" else "create", *kind.split(), *sought[0]))
    for names in sought:
        for words in _statements(file):
            if (offset := _named(words, names)) is not None:
                return file.at(offset)
    return None


_Words = tuple[tuple[str, int], ...]


@cache
def _statements(file: SqlFile) -> tuple[_Words, ...]:
    """The words of each statement, with their offsets, in the order in which to look into them. What stands between
    dollars comes last; a body of a trigger counts as several."""
    first = _TAKE if file.kind == "rollback" else _MAKE
    bodies = [(found["body"], found.start("body")) for found in _TOKEN.finditer(file.text) if found["body"]]
    return tuple(
        words
        for text, start in ((file.text, 0), *bodies)
        for words in sorted(_split(text, start), key=lambda words: words[0][0] not in first)
    )


def _split(text: str, start: int) -> Iterator[_Words]:
    words: list[tuple[str, int]] = []
    for found in _TOKEN.finditer(text + ";"):
        word = found["word"] or found["ticked"] or (found["quoted"] or "").replace('""', '"')
        if word:
            words.append((word.lower(), start + found.start()))
        elif found["end"] and words:
            yield tuple(words)
            words = []


def _named(words: _Words, names: Sequence[str]) -> int | None:
    """Where the last of the names stands behind the others; None where a statement does not have them all."""
    at, rest = None, iter(words)
    for name in names:
        at = next((offset for word, offset in rest if word == name), None)
        if at is None:
            return None
    return at


def _names(kind: str, name: str) -> Iterator[tuple[str, ...]]:
    """The words by which an object may be named, one behind the other, the best first."""
    of_whom = _OF_WHOM.fullmatch(name) if kind in {"membership", "setting", "user mapping"} else None
    said = _SAID_OF.fullmatch(name) if kind in _SAYINGS else of_whom
    for whole in ([said["name"]] if said else []) + [name]:
        bare = whole.partition("(")[0].lower()
        parts = tuple(part.strip('"') for part in bare.split("."))
        yield from filter(None, ((bare,), parts, parts[1:], parts[2:], parts[:-1], parts[:-2]))
