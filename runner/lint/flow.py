"""All judges, one after the other: the files, their statements, their safety and style, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from runner import project
from runner.drill import Order
from runner.lint import changes, proof, rules, safety, style, syntax
from runner.lint.changes import Changes
from runner.lint.files import Statement
from runner.lint.gather import Family, Gathered
from runner.lint.leave import Leave
from runner.outcome import Notice
from runner.project import Tree
from runner.sqlfile import SqlFile, show_path

RULES = {"not-built": "What climbing the steps would show is not known: something else comes first."}
# These do not keep the steps from being climbed.
_HARMLESS = frozenset({"undeclared-loss", *RULES, *changes.RULES})
# How the steps of a family are drilled, with the rows that its seed file has; None where nothing is climbed.
Ordering = Callable[[Tree, tuple[SqlFile, ...]], Order]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files are judged. paths: files and folders as they are shown, none for all. changes: since a revision."""

    paths: tuple[str, ...]
    changes: Changes | None

    def __contains__(self, path: str) -> bool:
        named = not self.paths or any(one in {".", path} or path.startswith(f"{one}/") for one in self.paths)
        return named and (self.changes is None or self.changes.touch(path))

    def takes(self, family: Family) -> bool:
        """Whether any file of a family is among them."""
        return any(source.file.path in self for source in family.sources)


def judge(
    root: Path,
    found: Gathered,
    chosen: Choice,
    leave: Leave,
    observe: Callable[[str], None],
    ordering: Ordering | None,
) -> Iterator[Notice]:
    """What is told of the files that are chosen, each thing once, those with leave among them.

    Raises UsageError where a judge is not installed, TargetError where a scratch database cannot be had.
    """
    told: set[tuple[str, str, int]] = set()
    shared = _shared(found)
    faulty: set[str] = set()
    for notice in _everything(root, found, chosen, leave, observe, faulty, ordering):
        given = leave.given(notice)
        file, line = (given.at.file, given.at.line) if given.at else ("", 0)
        if given.counts and given.level == "error" and given.rule not in _HARMLESS:
            faulty.add(file)
        # A loss that its rollback's text shows, climbing shows too.
        again = given.rule == "undeclared-loss" and (given.rule, file, line) in told
        # What a change does can show in a file that did not change.
        by = shared.get(file, ()) if given.rule in proof.RULES else ()
        if not again and (not file or file in chosen or any(path in chosen for path in by)):
            told.add((given.rule, file, line))
            yield given


def _shared(found: Gathered) -> dict[str, list[str]]:
    """By file, the others that make what climbing shows of it: those of the same step, and of a check or a query, which
    the whole schema is asked, those of all steps."""
    shared: dict[str, list[str]] = {}
    for family in found.families.values():
        steps = [[file.path for file in (step.forward, step.rollback, step.verify) if file] for step in family.steps]
        shared |= {path: paths for paths in steps for path in paths}
        every = [path for paths in steps for path in paths]
        shared |= {file.path: every for kind in ("check", "query") for file in family.files(kind)}
    return shared


def _everything(
    root: Path,
    found: Gathered,
    chosen: Choice,
    leave: Leave,
    observe: Callable[[str], None],
    faulty: set[str],
    ordering: Ordering | None,
) -> Iterator[Notice]:
    yield from found.notices
    families = [family for family in found.families.values() if chosen.takes(family)]
    wanted = [source for family in families for source in family.sources]
    wanted += [source for source in found.others if source.file.path in chosen]
    statements: dict[str, tuple[Statement, ...]] = {}
    observe("parsing")
    parsed = [(source, *syntax.parse(source)) for source in wanted]
    statements |= {source.file.path: known for source, known, errors in parsed if not errors}
    leave.knows(statements)
    for source, known, errors in parsed:
        yield from errors or rules.of_file(source, known)
    for family in families:
        yield from rules.of_steps(family.steps, family.engine, statements)
        if chosen.changes:
            yield from changes.judge(family.tree, chosen.changes)
    sound = [source for source in wanted if source.file.path in statements and source.file.path in chosen]
    observe("judging safety")
    yield from safety.judge(sound, statements)
    observe("judging style")
    yield from style.judge(sound, statements, root)
    for family in families if ordering else ():
        folder = show_path(family.tree.directory)
        files = {source.file.path for source in family.sources}
        first = sorted(path for path in faulty if path in files or path.startswith(f"{folder}/"))
        if first:
            # It would be told once more, in the engine's words.
            name = f"{family.name} on {family.engine}"
            yield Notice("not-built", "note", f"not built: {first[0]} comes first", subject=name)
        elif ordering:
            yield from _proven(root, family, statements, ordering)


def _proven(
    root: Path, family: Family, statements: dict[str, tuple[Statement, ...]], ordering: Ordering
) -> Iterator[Notice]:
    order = ordering(family.tree, project.seed(root, family.name, family.engine))
    return proof.judge(order, proof.Files(family.files("check"), family.files("query"), statements))
