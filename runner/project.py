"""The files of a project: families, steps, checks and queries. Reads files only, never a database.

Layout (README, Layout): ``migrations/<family>/<engine>/NNNN.<family>-<slug>.sql`` with its
``.rollback.sql`` beside it and its verify file of the same name under ``verify/``;
``sql/checks/<family>/<engine>/<rule>.sql``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from runner.errors import HeaderError, Location, ProjectError, UsageError, did_you_mean
from runner.sqlfile import SqlFile, carried_root, parse_header, read_file, refuse_link_out, show_folder, show_path

FAMILY = re.compile(r"[a-z][a-z0-9_]*")
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_STEP_FILE = re.compile(rf"(?P<number>[0-9]{{4,}})\.(?P<family>{FAMILY.pattern})-(?P<slug>{SLUG.pattern})")
_MAX_ID = 255  # yoyo's column is VARCHAR(255)
_T = TypeVar("_T")


class Step(NamedTuple):
    """One rung: its forward, rollback and verify file. rollback is None when declared irreversible."""

    id: str
    number: int
    family: str
    forward: SqlFile
    rollback: SqlFile | None
    verify: SqlFile

    @property
    def transactional(self) -> bool:
        """False when the forward file asks to run outside a transaction."""
        return not parse_header(self.forward)[0].flag("transactional")

    @property
    def requires(self) -> str:
        """What the server must have for this step, or an empty string: then it is not optional."""
        return parse_header(self.forward)[0].keys.get("requires", "")

    @property
    def irreversible(self) -> str:
        """The declared reason why there is no way back, or an empty string."""
        return "" if self.rollback else parse_header(self.forward)[0].keys.get("irreversible", "")


class _Place(NamedTuple):
    """Where a file of a project is, and how that is shown. No Path: to make thousands takes long."""

    path: str
    shown: str

    def read(self, kind: str, root: Path) -> SqlFile:
        return read_file(self.path, kind, root, self.shown)


class Tree(NamedTuple):
    """The steps of one family on one engine, in climbing order."""

    family: str
    engine: str
    directory: Path
    steps: tuple[Step, ...]

    def find(self, name: str) -> Step:
        """The step that a full id, a number or an unambiguous part of an id names.

        Raises UsageError when none or several match, naming them.
        """
        return find_step({step.id: step for step in self.steps}, name)


def find_step(steps: Mapping[str, _T], name: str) -> _T:
    """What an id, a number or an unambiguous part names among ids. Raises UsageError, naming the candidates."""
    if name in steps:
        return steps[name]
    if re.fullmatch("[0-9]+", name):
        found = [key for key in steps if key.partition(".")[0].lstrip("0") == name.lstrip("0")]
    else:
        found = [key for key in steps if name and name in key]
    if len(found) == 1:
        return steps[found[0]]
    if found:
        raise UsageError(f"{name!r} names several steps: {', '.join(found)}", hint="give the number or the full id")
    raise UsageError(
        f"no step is named {name!r}", hint=did_you_mean(name, steps, f"the steps are: {', '.join(steps) or 'none'}")
    )


def families(root: Path) -> dict[str, tuple[str, ...]]:
    """Every family of a project with the engines it has steps for."""
    migrations = root / "migrations"
    try:
        return {
            family.name: tuple(sorted(engine.name for engine in family.iterdir() if engine.is_dir()))
            for family in sorted(migrations.iterdir())
            if family.is_dir() and FAMILY.fullmatch(family.name)
        }
    except OSError as error:
        raise ProjectError(
            f"no migrations here: {error.strerror}",
            at=Location(show_path(migrations)),
            hint="--project names the folder that holds migrations/ and sql/",
        ) from None


def family_directory(root: Path, family: str, engine: str) -> Path:
    """Where the steps of a family on an engine are. Raises UsageError naming what there is instead."""
    known = families(root)
    if family not in known:
        raise UsageError(
            f"no family is named {family!r}",
            hint=did_you_mean(family, known, f"the families here are: {', '.join(known) or 'none'}"),
        )
    if engine not in known[family]:
        raise UsageError(
            f"{family} has no steps for {engine}",
            hint=f"it has steps for: {', '.join(known[family]) or 'no engine'}; the engine follows from the URL",
        )
    return root / "migrations" / family / engine


def load(root: Path, family: str, engine: str) -> Tree:
    """Read the steps of one family on one engine, in the order of their numbers.

    Raises UsageError for an unknown family or engine; ProjectError for a file that does not belong,
    a number used twice, a step without rollback or verify file, or a dependency that is not an earlier step.
    """
    tree, faults = survey(root, family, engine)
    if faults:
        raise faults[0]
    return tree


def survey(root: Path, family: str, engine: str) -> tuple[Tree, list[ProjectError]]:
    """Like load(), but with everything that is wrong with the files; the tree then has the steps that could be read.

    Raises UsageError for an unknown family or engine.
    """
    directory = family_directory(root, family, engine)
    faults: list[ProjectError] = []
    forward, rollback = _sorted_out(_sql_files(directory, root), family, faults)
    verify = {name.removesuffix(".sql"): place for name, place in _sql_files(directory / "verify", root).items()}
    for kind, orphans in (("rollback", rollback), ("verify", verify)):
        faults += [
            ProjectError(
                f"a {kind} file without its step: {id}.sql is missing",
                at=Location(orphans[id].shown),
                hint=f"restore {id}.sql, or remove this file",
            )
            for id in sorted(orphans.keys() - forward.keys())
        ]
    steps: list[Step] = []
    for id in sorted(forward, key=lambda name: (int(name.partition(".")[0]), name)):
        step = _load_step(root, id, family, (forward[id], rollback.get(id), verify.get(id)), faults)
        if step is None:
            continue
        faults += _keys_of_others(step, engine)
        if steps and steps[-1].number == step.number:
            what = f"the number {step.number:04d} is used twice, by {steps[-1].id} and {step.id}"
            free = f"give the newer of the two the next free number, {_next(forward):04d}, in its three file names"
            faults.append(ProjectError(what, at=Location(step.forward.path), hint=free))
        steps.append(step)
    faults += _unmet_dependencies(steps, forward)
    return Tree(family, engine, directory, tuple(steps)), faults


def _load_step(
    root: Path, id: str, family: str, places: tuple[_Place, _Place | None, _Place | None], faults: list[ProjectError]
) -> Step | None:
    """A step; None where one of its files is missing or cannot be read. What is wrong is added to the faults."""
    forward, rollback, verify = (
        _read(root, place, kind, faults) for place, kind in zip(places, ("forward", "rollback", "verify"), strict=True)
    )
    if forward is None:
        return None
    about, _ = parse_header(forward)
    if places[2] is None:
        faults.append(
            ProjectError(
                f"{id} has no verify file",
                at=Location(forward.path),
                hint=f"write verify/{id}.sql: a SELECT that returns (subject, problem) for whatever is not as it "
                "should be",
            )
        )
    reason = about.keys.get("irreversible", "")
    if places[1] is None and not reason:
        faults.append(
            ProjectError(
                f"{id} has no rollback file",
                at=Location(forward.path),
                hint=f"write {id}.rollback.sql, or say `-- irreversible: <reason>` in the header of the step",
            )
        )
    if places[1] is not None and reason:
        faults.append(
            ProjectError(
                f"{id} says that it is irreversible and has a rollback file",
                at=Location(forward.path, about.lines["irreversible"], 1),
                hint=f"drop the irreversible: line, or remove {id}.rollback.sql",
            )
        )
    if verify is None or (rollback is None and not reason):
        return None
    return Step(id, int(id.partition(".")[0]), family, forward, rollback, verify)


def _read(root: Path, place: _Place | None, kind: str, faults: list[ProjectError]) -> SqlFile | None:
    if place is None:
        return None
    try:
        file = place.read(kind, root)
    except ProjectError as error:
        faults.append(error)
        return None
    faults += parse_header(file)[1]
    return file


def _keys_of_others(step: Step, engine: str) -> Iterator[ProjectError]:
    for file in filter(None, (step.forward, step.rollback)):
        about, _ = parse_header(file)
        for key, owner in (("foreign_keys", "sqlite"), ("requires", "postgresql")):
            if engine != owner and key in about.keys:
                yield HeaderError(
                    f"`{key}:` is for {owner}, and this step is for {engine}",
                    at=Location(file.path, about.lines[key], 1),
                    hint="drop the line" + ("; foreign keys stay on here" if key == "foreign_keys" else ""),
                )


def _unmet_dependencies(steps: Sequence[Step], ids: Iterable[str]) -> Iterator[ProjectError]:
    # Steps climb in the order of their numbers. A dependency must point down, so yoyo's topological order is the same.
    numbers = {id: int(id.partition(".")[0]) for id in ids}
    for step in steps:
        about, _ = parse_header(step.forward)
        for name in about.keys.get("depends", "").split():
            if numbers.get(name, step.number) >= step.number:
                earlier = [id for id, number in numbers.items() if number < step.number]
                yield HeaderError(
                    f"{step.id} depends on {name!r}, which is not an earlier step of {step.family}",
                    at=Location(step.forward.path, about.lines["depends"], 1),
                    hint=did_you_mean(name, earlier, "name the full id of an earlier step"),
                )


def _sorted_out(
    files: Mapping[str, _Place], family: str, faults: list[ProjectError]
) -> tuple[dict[str, _Place], dict[str, _Place]]:
    """The forward and the rollback files among those of a folder, by id; the others are among the faults."""
    forward: dict[str, _Place] = {}
    rollback: dict[str, _Place] = {}
    for name, place in files.items():
        id = name.removesuffix(".sql").removesuffix(".rollback")
        match = _STEP_FILE.fullmatch(id)
        if match and match["family"] == family and len(name) <= _MAX_ID:
            (rollback if name.endswith(".rollback.sql") else forward)[id] = place
            continue
        faults.append(
            ProjectError(
                "this file name is not that of a step",
                at=Location(place.shown),
                hint=f"name it NNNN.{family}-<slug>.sql (slug: a-z, 0-9 and hyphens), or move it elsewhere",
            )
        )
    return forward, rollback


def _sql_files(directory: Path, root: Path) -> dict[str, _Place]:
    """What a folder of a project has that is called as a SQL file is, by name, be it one or not: reading it tells.

    Raises ProjectError for a folder that cannot be read, or that a link puts outside of the project.
    """
    if not os.path.lexists(directory):
        return {}
    refuse_link_out(directory, root)
    try:
        with os.scandir(directory) as entries:
            names = sorted(entry.name for entry in entries if len(entry.name) > 4 and entry.name[-4:].lower() == ".sql")
    except OSError as error:
        raise ProjectError(
            f"cannot read the folder: {error.strerror}", at=Location(show_path(directory)), hint="correct it"
        ) from None
    folder, shown = f"{directory}/", show_folder(directory)
    return {name: _Place(folder + name, shown + name) for name in names}


def _next(ids: Iterable[str]) -> int:
    return max((int(id.partition(".")[0]) for id in ids), default=0) + 1


def next_number(tree: Tree) -> int:
    """The number that the next step of the tree gets."""
    return _next(step.id for step in tree.steps)


def queries(root: Path, family: str, engine: str) -> dict[str, SqlFile]:
    """The named queries of a family on an engine, by name."""
    directory = root / "sql" / "queries" / family / engine
    return {name[:-4]: place.read("query", root) for name, place in _sql_files(directory, root).items()}


def find_query(known: Mapping[str, SqlFile], name: str) -> SqlFile:
    """The query of that name. Raises UsageError when there is none, with the nearest."""
    if name not in known:
        raise UsageError(
            f"no query is named {name!r}",
            hint=did_you_mean(name, known, "without a name, `rung query` lists them"),
        )
    return known[name]


def seed_path(root: Path, family: str, engine: str) -> Path:
    """Where the rows of a family on an engine are, if it has any."""
    return root / "sql" / "seed" / family / f"{engine}.sql"


def seed(root: Path, family: str, engine: str) -> tuple[SqlFile, ...]:
    """The file with the rows of a family on an engine, where it has one."""
    path = seed_path(root, family, engine)
    if not os.path.lexists(path):
        return ()
    refuse_link_out(path, root)
    return (read_file(path, "seed"),)


def checks(root: Path, family: str, engine: str) -> tuple[SqlFile, ...]:
    """The check files of a family on an engine, by name, and those that hold of any database of the engine.

    The latter come with rung; a family's own check of the same name stands in their place.
    """
    files: dict[str, tuple[_Place, Path]] = {}
    for top, whose in ((carried_root(), "any"), (root, family)):
        found = _sql_files(top / "sql" / "checks" / whose / engine, top)
        files |= {name[:-4]: (place, top) for name, place in found.items()}
    return tuple(place.read("check", top) for _, (place, top) in sorted(files.items()))
