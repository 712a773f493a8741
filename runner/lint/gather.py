"""Every SQL file of a project, with what it is and which engine it is for; and those of which nothing tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner import project
from runner.errors import Location, ProjectError, UsageError
from runner.lint.files import Source
from runner.outcome import Notice
from runner.project import Step, Tree
from runner.scaffold import ENGINES
from runner.sqlfile import SqlFile, allowances, parse_header, read_file, refuse_link_out, show_path

RULES = {
    "layout": "Every file has the name and the companions that its folder asks for.",
    "header": "A header has a title and the keys that its kind of file takes, each with a value that it takes.",
    "unreadable": "A file is UTF-8 text.",
    "stray-file": "Every .sql file below migrations/ and sql/ is one that rung knows what to do with.",
}
# What sqlfluff and squawk read their settings from. Of one that they cannot read, they show what it holds.
_SETTINGS = (".sqlfluff", ".sqlfluffignore", ".squawk.toml", "pyproject.toml", "setup.cfg", "tox.ini", "pep8.ini")
_KINDS = {"checks": "check", "queries": "query", "seed": "seed"}


@dataclass(frozen=True, slots=True)
class Family:
    """A family on one engine. tree: the steps whose files could be read. sources: all its files that could be."""

    name: str
    engine: str
    tree: Tree
    sources: list[Source] = field(default_factory=list)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps."""
        return self.tree.steps

    def files(self, kind: str) -> list[SqlFile]:
        """Its files of a kind, as sqlfile.KEYS names it."""
        return [source.file for source in self.sources if source.file.kind == kind]


@dataclass(slots=True)
class Gathered:
    """A whole project. others: files of no family, such as checks for any. notices: what is wrong with the files."""

    families: dict[tuple[str, str], Family] = field(default_factory=dict)
    others: list[Source] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def sources(self) -> Iterator[Source]:
        """Every file that could be read."""
        for family in self.families.values():
            yield from family.sources
        yield from self.others


def gather(root: Path) -> Gathered:
    """Read a project. Raises ProjectError where it has no migrations, or settings of a judge that a link leads to."""
    found = Gathered()
    paths = set(_sql_files(root))
    for folder in {root, *(above for path in paths for above in path.parents if above.is_relative_to(root))}:
        for name in _SETTINGS:
            refuse_link_out(folder / name, root)
    for name, engines in project.families(root).items():
        for engine in set(engines) & set(ENGINES):
            family = _steps(root, name, engine, found)
            found.families[name, engine] = family
            paths -= {path for path in paths if path.is_relative_to(family.tree.directory)}
    for path in sorted(paths):
        _other(root, path, found)
    return found


def _sql_files(root: Path) -> Iterator[Path]:
    for top in ("migrations", "sql"):
        yield from (path for path in (root / top).rglob("*.sql") if not path.is_dir() or path.is_symlink())


def _steps(root: Path, name: str, engine: str, found: Gathered) -> Family:
    tree, faults = project.survey(root, name, engine)
    found.notices += [_fault(error) for error in faults]
    family = Family(name, engine, tree)
    known = set()
    for step in tree.steps:
        transactional = {"forward": step.transactional, "rollback": _in_transaction(step.rollback)}
        for file in filter(None, (step.forward, step.rollback, step.verify)):
            known.add(file.path)
            family.sources.append(_source(file, engine, found, transactional.get(file.kind, True), headed=True))
    for path in sorted(tree.directory.rglob("*.sql")):
        if show_path(path) in known or any(show_path(path) == str(error.at and error.at.file) for error in faults):
            continue
        if path.parent in {tree.directory, tree.directory / "verify"}:
            # A file of a step that lacks another: said already, and judged all the same.
            kind = "verify" if path.parent.name == "verify" else "forward"
            kind = "rollback" if path.name.endswith(".rollback.sql") else kind
            _read(root, path, kind, engine, family.sources, found)
        else:
            found.notices.append(_stray(path))
    return family


def _in_transaction(file: SqlFile | None) -> bool:
    return file is None or not parse_header(file)[0].flag("transactional")


def _other(root: Path, path: Path, found: Gathered) -> None:
    """A file below sql/: ``sql/<what>/<family>/<engine>/…``, ``sql/seed/<family>/<engine>.sql``, rung's own too."""
    parts = path.relative_to(root).with_suffix("").parts
    engine = next((part for part in parts[2:] if part in ENGINES), "postgresql" if parts[1:2] == ("pgtap",) else "")
    if parts[0] != "sql" or not engine:
        found.notices.append(_stray(path))
        return
    family, kind = found.families.get((parts[2], engine)), _KINDS.get(parts[1], "other")
    _read(root, path, kind, engine, family.sources if family and kind != "other" else found.others, found)


def _read(root: Path, path: Path, kind: str, engine: str, sources: list[Source], found: Gathered) -> None:
    try:
        refuse_link_out(path, root)
        file = read_file(path, kind)
    except ProjectError as error:
        found.notices.append(_fault(error))
        return
    sources.append(_source(file, engine, found, True, headed=False))


def _source(file: SqlFile, engine: str, found: Gathered, transactional: bool, *, headed: bool) -> Source:
    # The faults of a step's own header are among those of its tree; what is not run by a family needs none.
    faults = [] if headed or file.kind == "other" else list(parse_header(file)[1])
    found.notices += [_fault(error) for error in (*faults, *allowances(file)[1])]
    return Source(file, engine, transactional)


def _fault(error: ProjectError) -> Notice:
    at = Location(error.at.file, error.at.line or 1, error.at.column) if error.at else None
    return Notice(error.rule, "error", error.message, at, detail=error.detail, hint=error.hint)


def _stray(path: Path) -> Notice:
    what = "nothing tells rung what this file is for: it is never run, and its style is not judged"
    hint = "name its folder as the README's layout says, or move it out of migrations/ and sql/"
    return Notice("stray-file", "error", what, Location(show_path(path), 1), hint=hint)


def by_path(found: Gathered) -> Mapping[str, Source]:
    """Every source by its path."""
    return {source.file.path: source for source in found.sources()}


def refuse_outside(root: Path, paths: list[Path]) -> None:
    """Raise UsageError for a path that is not there, or not in the project."""
    for path in paths:
        if not path.exists():
            raise UsageError("there is no such file or folder", at=Location(str(path)), hint="correct the path")
        if not path.resolve().is_relative_to(root.resolve()):
            hint = f"the project is {show_path(root)}; --project DIR names another"
            raise UsageError("this is not in the project", at=Location(str(path)), hint=hint)
