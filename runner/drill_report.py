"""The report of a drill: on a terminal, as a page for the change ticket, and as JUnit XML for a CI server."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from runner import drill_words
from runner.errors import UsageError, counted, some
from runner.junit import Case, Outcome, Suite, render
from runner.report import milliseconds, table
from runner.verdict import Drill, Drilled, Passage

_COLUMNS = 120
# The width that a column keeps: while there is the first one, with the names of the steps, to take from, and at last.
_ENOUGH = 24
_LEAST = 12
_NAMED_LOSSES = 3
_TERMINAL_LINES = 40
_PAGE_LINES = 1000
_PAGE_LOCKS = 100


def lines(drill: Drill, *, verbose: bool) -> list[str]:
    """The drill for a terminal: a table of the steps in 120 columns, why a step is not proven, a summary.

    Times in the table are those of the step's own SQL, as ``rung up`` shows them. Verification is not in them, so a
    lock, which is held to the commit, may last longer. Reasons and differences are not broken into lines.
    verbose: also every lock and every loss, and differences whole.
    """
    drill = drill_words.shown(drill)
    result = _overview(drill, verbose)
    if why := [
        f"  {step.id}: {step.verdict}, {line}"
        for step in drill.steps
        if step.proven
        for line in drill_words.wrong(step)
    ]:
        result += ["", *why]
    for step in drill.steps:
        if not step.proven:
            result += ["", f"  {step.id}: {drill_words.verdict(step)}"]
            result += [f"    {line}" for line in drill_words.wrong(step)]
            result += [f"    {f'{name}:':<9} {text}" for name, text in drill_words.facts(drill, step)]
            result += [f"    {line}" for line in _difference(step, None if verbose else _TERMINAL_LINES)]
    found = [(step, way, lock) for step in drill.steps if verbose for way, lock in drill_words.locks(step)]
    if found:
        rows = [
            [[step.id], [way], [lock.mode], [lock.relation], [milliseconds(lock.held_ms)], [lock.blocks]]
            for step, way, lock in found
        ]
        result += ["", *_fitted(["step", "way", "lock", "relation", "held", "keeps waiting"], rows, right=(4,))]
    notes = [f"note: {line}" for note in drill.notes for line in note.split("\n")]
    return [*result, "", *notes, *drill_words.summary(drill)]


def html(drill: Drill) -> str:
    """The drill as one page that needs nothing else, to be written as UTF-8: for a change ticket, and for paper.

    Durations in ms or s, times in UTC. Raises UsageError where Jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, StrictUndefined
    except ModuleNotFoundError as error:
        raise UsageError(f"the page needs Jinja2 ({error})", hint="pip install 'jinja2>=3.1' brings it") from None
    drill = drill_words.shown(drill)
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page.filters |= {"ms": milliseconds, "size": drill_words.size, "moment": drill_words.moment}
    ends = [_bar(passage, 1).end for step in drill.steps for _, passage in drill_words.passages(step)]
    scale = _scale(max(ends, default=0))
    template = page.from_string((Path(__file__).parent / "templates" / "drill.html").read_text(encoding="utf-8"))
    return template.render(
        drill=drill,
        words=drill_words,
        windows=drill_words.windows(drill),
        scale=scale,
        bar=lambda passage: _bar(passage, 100 / scale),
        counted=counted,
        difference=lambda step: drill_words.difference(step, _PAGE_LINES),
        most_locks=_PAGE_LOCKS,
    )


def junit(drill: Drill) -> str:
    """The drill as JUnit XML, one case a step, to be written as UTF-8.

    What is not proven is a failure, whose type is the verdict; what is skipped is skipped. Times in seconds, up and
    down, verification included.
    """
    drill = drill_words.shown(drill)
    properties = (
        ("engine", drill.engine_name),
        ("version", drill.engine_version),
        ("place", drill.place),
        ("schema", drill.schema),
        ("rows", str(drill.rows)),
        ("username", drill.username),
        ("run", drill.run_id),
        ("rung", drill.rung_version),
    )
    began = drill_words.moment(drill.began_utc).removesuffix(" UTC").replace(" ", "T")
    cases = tuple(_case(drill, step) for step in drill.steps)
    return render([Suite(f"rung drill {drill.family}", began, cases, properties, drill.hostname)])


def _case(drill: Drill, step: Drilled) -> Case:
    seconds = sum(passage.step_ms + passage.verify_ms for _, passage in drill_words.passages(step)) / 1000
    outcome = None
    if not step.proven:
        wrong = drill_words.wrong(step) or [drill_words.verdict(step)]
        outcome = Outcome("failure", step.verdict, wrong[0], "\n".join((*wrong, *_difference(step, _PAGE_LINES))))
    elif step.verdict == "skipped":
        outcome = Outcome("skipped", step.verdict, " ".join(step.reason.split()))
    facts = (f"{name}: {text}" for name, text in drill_words.facts(drill, step))
    survived = (f"killed {text}" for text, well in drill_words.crashes(step) if well)
    said = "\n".join((drill_words.verdict(step), *facts, *survived))
    return Case(step.id, f"rung.drill.{drill.family}", seconds, outcome, said)


def _difference(step: Drilled, most: int | None) -> list[str]:
    found = drill_words.difference(step, most)
    return ["what it left (- as it should be, + as it is):", *(f"  {line}" for line in found)] if found else []


def _overview(drill: Drill, verbose: bool) -> list[str]:
    tables_lock = drill.engine not in drill_words.WHOLE
    rows: list[list[Sequence[str]]] = []
    for step in drill.steps:
        ways = drill_words.passages(step)
        took = {way: milliseconds(passage.step_ms) for way, passage in ways}
        row = [[step.id], drill_words.verdict(step).split(", "), [took.get("up", "")], [took.get("down", "")]]
        if tables_lock:
            longest = drill_words.longest(ways)
            lock = [f"{milliseconds(longest[1].held_ms)} {longest[1].mode} {longest[1].relation}"] if longest else []
            row.append([*lock, *(f"rewrites {name}" for name in drill_words.rewrites(step))])
        losses = [drill_words.lost(loss) for loss in step.losses]
        rows.append([*row, losses if verbose else some(losses, _NAMED_LOSSES)])
    headings = ["step", "verdict", "up", "down", *(["blocks"] if tables_lock else []), "loses"]
    return _fitted(headings, rows, right=(2, 3))


def _fitted(headings: Sequence[str], rows: Sequence[Sequence[Sequence[str]]], right: Sequence[int]) -> list[str]:
    """A table whose cells are of several lines, its widest columns narrowed until it fits. right: the numbers."""
    widths = [
        max([len(heading), *(len(line) for row in rows for line in row[i])]) for i, heading in enumerate(headings)
    ]
    for least, columns in ((_ENOUGH, range(1, len(widths))), (_LEAST, range(len(widths)))):
        while sum(widths) + 2 * len(widths) > _COLUMNS and max(widths[i] for i in columns) > least:
            widths[max(columns, key=widths.__getitem__)] -= 1
    lined = [list(headings)]
    for row in rows:
        cells = [
            [part for line in cell for part in textwrap.wrap(line, width)]
            for cell, width in zip(row, widths, strict=True)
        ]
        lined += [list(parts) for parts in zip_longest(*cells, fillvalue="")]
    for line in lined:
        for i in right:
            line[i] = line[i].rjust(widths[i])
    return table(lined[0], lined[1:])


@dataclass(frozen=True, slots=True)
class Bar:
    """A way through a step on a line of time that begins at 0: where each part ends, and the window in it."""

    step: float
    verified: float
    window: float
    end: float


def _bar(passage: Passage, factor: float) -> Bar:
    """Locks are held to the commit, so the window ends where the verification does."""
    verified = passage.step_ms + passage.verify_ms
    end = max(verified, passage.window_ms)
    return Bar(passage.step_ms * factor, verified * factor, (end - passage.window_ms) * factor, end * factor)


def _scale(longest: float) -> float:
    """A round number of ms that is not less."""
    if longest <= 0:
        return 1.0
    power: float = 10 ** math.floor(math.log10(longest))
    return next(round_ * power for round_ in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if round_ * power >= longest)
