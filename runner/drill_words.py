"""What there is to say of a drill, in words and numbers, whatever form the report has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, get_args

from runner.errors import counted, some
from runner.report import milliseconds
from runner.verdict import PROVEN, Crash, Drill, Drilled, Lock, Loss, Passage, Verdict

T = TypeVar("T")

_NAMED_STEPS = 8
# Fields that hold sentences or SQL, with tabs and line breaks of their own; all others hold names.
_PROSE = frozenset({"difference", "message", "notes", "problem", "reason"})
# Engines without locks on tables: whom a step keeps waiting for as long as it takes.
WHOLE = {"sqlite": "every other writer", "duckdb": "every other process"}


def shown(value: T, prose: bool = False) -> T:
    """The same data with every character that is not seen, or moves what is, as its escape (``\\x1b``, ``\\u202e``).

    What a database calls its tables reaches terminals and pages that people sign. prose: leave tabs and line breaks.
    """
    result: Any = value
    if isinstance(value, str):
        result = value if value.isprintable() else "".join(_escaped(c, "\t\n" if prose else "") for c in value)
    elif isinstance(value, tuple) and hasattr(value, "_replace"):
        names = value._fields  # type: ignore[attr-defined]
        result = value._replace(**{name: shown(getattr(value, name), name in _PROSE) for name in names})
    elif isinstance(value, tuple):
        result = tuple(shown(item, prose) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        result = replace(value, **{name: shown(getattr(value, name), name in _PROSE) for name in names})
    return result  # type: ignore[no-any-return]


def _escaped(character: str, spared: str) -> str:
    seen = character.isprintable() or character in spared
    return character if seen else character.encode("unicode_escape").decode("ascii")


def passages(step: Drilled) -> list[tuple[str, Passage]]:
    """The ways that were gone: ``up``, ``down``."""
    return [(way, passage) for way, passage in (("up", step.up), ("down", step.down)) if passage]


def longest(ways: Sequence[tuple[str, Passage]]) -> tuple[str, Lock] | None:
    """The lock that kept others waiting longest, with the way on which it did."""
    blocking = [(way, lock) for way, passage in ways for lock in passage.locks if lock.blocks]
    return max(blocking, key=lambda found: found[1].held_ms, default=None)


def locks(step: Drilled) -> list[tuple[str, Lock]]:
    """Every lock of a step with its way, those that keep somebody waiting first, the longest first."""
    found = [(way, lock) for way, passage in passages(step) for lock in passage.locks]
    return sorted(found, key=lambda one: (not one[1].blocks, -one[1].held_ms))


def window(drill: Drill, passage: Passage) -> float:
    """How long a way through a step keeps others waiting, in ms: its longest lock, or all of it (SQLite, DuckDB)."""
    return passage.step_ms + passage.verify_ms if drill.engine in WHOLE else passage.window_ms


def windows(drill: Drill) -> dict[str, float]:
    """The windows of all steps added up, in ms, by way."""
    ways = [way for step in drill.steps for way in passages(step)]
    return {name: sum(window(drill, passage) for way, passage in ways if way == name) for name in ("up", "down")}


def rewrites(step: Drilled) -> list[str]:
    """The tables that the step writes anew on either way, each once."""
    return list(dict.fromkeys(name for _, passage in passages(step) for name in passage.rewrites))


def lost(loss: Loss) -> str:
    """A loss in words."""
    return str(loss) if loss.declared else f"{loss}, not declared"


def verdict(step: Drilled) -> str:
    """The verdict in words; one that is good says when what was found besides is not."""
    return step.verdict if step.proven or step.verdict not in PROVEN else f"{step.verdict}, not proven"


def wrong(step: Drilled) -> list[str]:
    """What stands against a step, line by line: its reason, its findings and the kills that it did not survive.

    A step that is proven may have a reason too: why it is irreversible or skipped.
    """
    kills = [text for text, survived in crashes(step) if not survived]
    return [line for text in (step.reason, *map(str, step.findings), *kills) for line in text.split("\n") if line]


def crashes(step: Drilled) -> list[tuple[str, bool]]:
    """What kills came to: one text for all that were survived, and one for each that was not."""
    result = []
    survived = {
        way: sorted(crash.statement for crash in step.crashes if crash.operation == way and not crash.problem)
        for way in ("up", "down")
    }
    if any(survived.values()):
        where = " and ".join(f"{_ranges(found)} on the way {way}" for way, found in survived.items() if found)
        result.append((f"before statement {where}: it was at a step boundary each time, and went on from there", True))
    return result + [(_killed(crash), False) for crash in step.crashes if crash.problem]


def _killed(crash: Crash) -> str:
    return f"killed on the way {crash.operation} before statement {crash.statement}: {crash.problem}"


def _ranges(numbers: Sequence[int]) -> str:
    """``1-4, 6`` for 1, 2, 3, 4, 6."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number <= found[-1][-1] + 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ", ".join("-".join(map(str, dict.fromkeys(pair))) for pair in found)


def facts(drill: Drill, step: Drilled) -> list[tuple[str, str]]:
    """The three facts that a DBA needs: whom the step keeps waiting, what it writes anew, what is lost on its way down.

    None of them where the step was not tried.
    """
    ways = passages(step)
    if not ways:
        return []
    if drill.engine in WHOLE:
        times = " and ".join(f"{milliseconds(window(drill, passage))} {way}" for way, passage in ways)
        blocks = f"{WHOLE[drill.engine]}, for {times}"
    else:
        found = longest(ways)
        blocks = f"{found[1].blocks} for {_lock(*found)}" if found else "nobody"
    anew = rewrites(step)
    if step.verdict == "irreversible":
        none = "there is no way down"
    else:
        none = "nothing" if step.verdict in PROVEN else "not known"
    # What SQLite and DuckDB write anew is not observed.
    return [
        ("blocks", blocks),
        *([("rewrites", ", ".join(anew) or "nothing")] if anew or drill.engine not in WHOLE else []),
        ("loses", "; ".join(lost(loss) for loss in step.losses) or none),
    ]


def _lock(way: str, lock: Lock) -> str:
    return f"{milliseconds(lock.held_ms)} {way} ({lock.mode} on {lock.relation})"


def difference(step: Drilled, most: int | None) -> list[str]:
    """What a broken step left, as lines of a diff that each begin with their sign, at most so many."""
    result = []
    for entry in step.difference:
        first, *others = entry.split("\n")
        result += [first, *(f"{first[:1]} {line}" for line in others)]
    return list(some(result, most)) if most is not None else result


def summary(drill: Drill) -> list[str]:
    """The result in a sentence, and the steps that are not proven in another."""
    tried = [step for step in drill.steps if step.verdict not in {"irreversible", "skipped"}]
    proven = f"{sum(step.proven for step in tried)} of {counted(len(tried), 'rollback')} proven"
    rows = f"{drill.rows:,} row{'' if drill.rows == 1 else 's'}"
    where = f"from nothing ({rows} written)"
    if drill.place:
        copied = f"{size(drill.copy_bytes)}, {rows}" if drill.copy_bytes else rows
        apart = sum(step.basis == "nothing" for step in tried)
        where = f"on a copy of {drill.place} ({copied})" + (f", {apart} of them from nothing" if apart else "")
    tally = Counter(step.verdict for step in drill.steps)
    kinds = ", ".join(f"{tally[kind]} {kind}" for kind in get_args(Verdict) if tally[kind]) or "no steps"
    if not tried:
        proven = "No rollback to prove"
    result = [f"{proven} {where} in {milliseconds(drill.took_ms)}: {kinds}{_kills(drill)}."]
    if bad := [f"{step.id} ({step.verdict})" for step in drill.steps if not step.proven]:
        result.append(f"Not proven: {', '.join(some(bad, _NAMED_STEPS))}.")
    return result


def _kills(drill: Drill) -> str:
    killed = [crash for step in drill.steps for crash in step.crashes]
    lost = sum(bool(crash.problem) for crash in killed)
    if not killed:
        return ""
    return f"; {counted(len(killed), 'kill')}, " + (f"{lost} not survived" if lost else "all survived")


def size(count: int) -> str:
    """A size in bytes for people, in powers of ten."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= factor:
            return f"{count / factor:.{1 if count < 10 * factor else 0}f} {unit}"
    return counted(count, "byte")


def moment(text: str) -> str:
    """A time in ISO 8601 with zone as ``2026-11-21 06:06:19 UTC``; anything else as it is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return text
