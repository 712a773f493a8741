"""The files of a project: families, steps, checks and their headers. Reads files only, never a database.

Layout (README, Layout): ``migrations/<family>/<engine>/NNNN.<family>-<slug>.sql`` with its
``.rollback.sql`` beside it and its verify file of the same name under ``verify/``;
``sql/checks/<family>/<engine>/<rule>.sql``.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from runner.errors import Location, ProjectError, UsageError

# The keys that each kind of file may have in its header (README, Header of a file).
KEYS = {
    "forward": frozenset({"seed", "differs", "depends", "transactional", "irreversible", "foreign_keys"}),
    "rollback": frozenset({"seed", "differs", "loses", "transactional", "foreign_keys"}),
    "verify": frozenset({"seed", "differs"}),
    "check": frozenset({"seed", "differs"}),
    "seed": frozenset({"seed", "differs"}),
    "query": frozenset({"seed", "differs", "params", "uses", "writes"}),
}

FAMILY = re.compile(r"[a-z][a-z0-9_]*")
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_STEP_FILE = re.compile(rf"(?P<number>\d{{4,}})\.(?P<family>{FAMILY.pattern})-(?P<slug>{SLUG.pattern})")
_KEY_LINE = re.compile(r"--\s*(?P<key>[A-Za-z][A-Za-z_]*)\s*:(?:\s+(?P<value>.*))?$")
_TITLE = re.compile(r"-- \S[^:]*: \S")
_LEADING = re.compile(r"(?:[^\S\n]*(?:--[^\n]*)?\n)*(?:--[^\n]*)?")
_PARAMETER = re.compile(r"(\w+) \(([^)]*)\)")
_MAX_ID = 255  # yoyo's column is VARCHAR(255)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SqlFile:
    """A SQL file as it is executed and hashed: UTF-8, byte order mark dropped, CRLF read as LF.

    path: as it is shown to the user. kind: a key of KEYS. checksum: ``sha256:`` and hex digits of the text.
    """

    path: str
    kind: str
    text: str
    checksum: str

    def at(self, offset: int) -> Location:
        """The line and column (1-based, in characters) of an offset into the text."""
        before = self.text[:offset]
        return Location(self.path, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself: its title sentence, its keys with their values and the lines they stand on."""

    title: str
    keys: dict[str, str]
    lines: dict[str, int]

    def flag(self, key: str) -> bool:
        """Whether a key that is a switch (validated by header()) is switched away from its default."""
        return self.keys.get(key, "").lower() in {"false", "off", "yes"}


@dataclass(frozen=True, slots=True)
class Step:
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
        return not header(self.forward).flag("transactional")

    @property
    def irreversible(self) -> str:
        """The declared reason why there is no way back, or an empty string."""
        return "" if self.rollback else header(self.forward).keys.get("irreversible", "")

    @property
    def loses(self) -> str:
        """What the rollback drops for good, by its own header, or an empty string."""
        return header(self.rollback).keys.get("loses", "") if self.rollback else ""


@dataclass(frozen=True, slots=True)
class Tree:
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
    if name.isdigit():
        found = [key for key in steps if int(key.partition(".")[0]) == int(name)]
    else:
        found = [key for key in steps if name and name in key]
    if len(found) == 1:
        return steps[found[0]]
    if found:
        raise UsageError(f"{name!r} names several steps: {', '.join(found)}", hint="give the number or the full id")
    close = difflib.get_close_matches(name, steps, n=1)
    raise UsageError(
        f"no step is named {name!r}",
        hint=f"did you mean {close[0]}?" if close else f"the steps are: {', '.join(steps) or 'none'}",
    )


def carried_root() -> Path:
    """The tree that comes with rung: the checkout's top level, or the copy inside an installed package."""
    package = Path(__file__).resolve().parent
    packaged = package / "project"
    return packaged if packaged.is_dir() else package.parent


@cache
def runner_sql(kind: str, engine: str, name: str) -> SqlFile:
    """The runner's own SQL ``sql/<kind>/<engine>/<name>.sql`` (kind: ledger or catalog), always the carried one."""
    return read_file(carried_root() / "sql" / kind / engine / f"{name}.sql", "query")


def read_file(path: Path, kind: str) -> SqlFile:
    """Read one SQL file. Raises ProjectError when it is missing, unreadable, not UTF-8, or holds a NUL."""
    shown = show_path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ProjectError(
            f"cannot read the file: {error.strerror}",
            at=Location(shown),
            hint="restore it, or correct its permissions; nothing was run",
        ) from None
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ProjectError(
            f"byte 0x{raw[error.start]:02x} is not UTF-8",
            at=Location(shown, line),
            hint="save the file as UTF-8; nothing was run",
        ) from None
    if "\0" in text:
        raise ProjectError(
            "the file holds a NUL character",
            at=Location(shown, text.count("\n", 0, text.index("\0")) + 1),
            hint="remove it (a file saved as UTF-16 looks like this too); nothing was run",
        )
    return SqlFile(shown, kind, text, f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")


def show_path(path: Path) -> str:
    """The path as the user would type it: relative to the working directory where it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


@cache
def header(file: SqlFile) -> Header:
    """Parse the header: a title ``Thing: why it exists.``, then ``key: value`` lines, all as ``--`` comments.

    A value goes on over lines that are indented by three or more spaces after the dashes.
    Raises ProjectError with file and line for a missing title, an unknown, repeated or misplaced key,
    or a value that the key does not take. yoyo ignores all of these silently.
    """
    match = _LEADING.match(file.text)
    lines = match.group().split("\n") if match else [""]
    if not _TITLE.match(lines[0]):
        raise ProjectError(
            "the first line must be a title: `-- Thing: why it exists.`",
            at=Location(file.path, 1, 1),
            hint="write what the file makes and why it exists, then the keys below it",
        )
    if (first := _KEY_LINE.match(lines[0])) and first["key"].lower() in KEYS[file.kind]:
        raise ProjectError(
            f"the header begins with the key {first['key']!r}; its first line must be a title",
            at=Location(file.path, 1, 1),
            hint="put a line such as `-- Receipts: what every execution did.` above it",
        )
    title = [lines[0][3:].strip()]
    keys: dict[str, str] = {}
    places: dict[str, int] = {}
    current = ""
    at_top = True
    for number, line in enumerate(lines[1:], start=2):
        stripped = line.strip()
        if not stripped:
            at_top = False
            continue
        where = Location(file.path, number, 1)
        match = _KEY_LINE.match(stripped)
        if not at_top:
            # yoyo still obeys a directive here, so one below the block would mean two things.
            if match and match["key"] in KEYS[file.kind]:
                raise ProjectError(
                    f"the key {match['key']!r} stands below the header",
                    at=where,
                    hint="move it up to the lines directly under the title",
                )
            continue
        if stripped.startswith("--   ") and current:
            keys[current] = f"{keys[current]} {stripped[2:].strip()}".strip()
        elif match:
            current = match["key"]
            _check_key(file, current, where)
            if current in keys:
                raise ProjectError(f"the key {current!r} is given twice", at=where, hint="join the two lines")
            keys[current] = (match["value"] or "").strip()
            places[current] = number
        elif not current:
            title.append(stripped[2:].strip())
        else:
            raise ProjectError(
                "this line is neither a key nor the continuation of one",
                at=where,
                hint="indent a continuation by three spaces after the dashes, or leave an empty line above a comment",
            )
    for key, value in keys.items():
        _check_value(key, value, Location(file.path, places[key], 1))
    return Header(" ".join(title), keys, places)


def _check_key(file: SqlFile, key: str, where: Location) -> None:
    allowed = KEYS[file.kind]
    if key in allowed:
        return
    close = difflib.get_close_matches(key.lower(), allowed, n=1, cutoff=0.6)
    known = ", ".join(sorted(allowed))
    raise ProjectError(
        f"unknown header key {key!r}",
        at=where,
        hint=f"did you mean {close[0]!r}?" if close else f"a {file.kind} file takes: {known}",
    )


def _check_value(key: str, value: str, where: Location) -> None:
    if not value:
        raise ProjectError(f"the key {key!r} has no value", at=where, hint="give it one, or drop the line")
    allowed = {"transactional": {"true", "false"}, "foreign_keys": {"on", "off"}, "writes": {"yes", "no"}}.get(key)
    if allowed and value.lower() not in allowed:
        raise ProjectError(f"{key}: {value!r} is not {' or '.join(sorted(allowed))}", at=where, hint="correct it")


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
        close = difflib.get_close_matches(family, known, n=1)
        raise UsageError(
            f"no family is named {family!r}",
            hint=f"did you mean {close[0]}?" if close else f"the families here are: {', '.join(known) or 'none'}",
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
    directory = family_directory(root, family, engine)
    forward = {path.name.removesuffix(".sql"): path for path in _step_files(directory, family)}
    verify = {path.name.removesuffix(".sql"): path for path in _sql_files(directory / "verify")}
    rollback = {id.removesuffix(".rollback"): path for id, path in forward.items() if id.endswith(".rollback")}
    forward = {id: path for id, path in forward.items() if not id.endswith(".rollback")}
    for kind, orphans in (("rollback", rollback), ("verify", verify)):
        for id in sorted(orphans.keys() - forward.keys()):
            raise ProjectError(
                f"a {kind} file without its step: {id}.sql is missing",
                at=Location(show_path(orphans[id])),
                hint=f"restore {id}.sql, or remove this file",
            )
    steps: list[Step] = []
    for id in sorted(forward, key=lambda name: (int(name.partition(".")[0]), name)):
        step = _load_step(id, family, forward[id], rollback.get(id), verify.get(id))
        if steps and steps[-1].number == step.number:
            raise ProjectError(
                f"the number {step.number:04d} is used twice, by {steps[-1].id} and {step.id}",
                at=Location(step.forward.path),
                hint=f"give the newer of the two the next free number, {_next(forward):04d}, in its three file names",
            )
        steps.append(step)
    _check_dependencies(steps)
    return Tree(family, engine, directory, tuple(steps))


def _load_step(id: str, family: str, forward: Path, rollback: Path | None, verify: Path | None) -> Step:
    file = read_file(forward, "forward")
    if verify is None:
        raise ProjectError(
            f"{id} has no verify file",
            at=Location(file.path),
            hint=f"write verify/{id}.sql: a SELECT that returns (subject, problem) for whatever is not as it should be",
        )
    reason = header(file).keys.get("irreversible", "")
    if rollback is None and not reason:
        raise ProjectError(
            f"{id} has no rollback file",
            at=Location(file.path),
            hint=f"write {id}.rollback.sql, or say `-- irreversible: <reason>` in the header of the step",
        )
    if rollback is not None and reason:
        raise ProjectError(
            f"{id} says that it is irreversible and has a rollback file",
            at=Location(file.path, header(file).lines["irreversible"], 1),
            hint=f"drop the irreversible: line, or remove {id}.rollback.sql",
        )
    return Step(
        id=id,
        number=int(id.partition(".")[0]),
        family=family,
        forward=file,
        rollback=read_file(rollback, "rollback") if rollback else None,
        verify=read_file(verify, "verify"),
    )


def _check_dependencies(steps: list[Step]) -> None:
    # Steps climb in the order of their numbers. A dependency must point down, so yoyo's topological order is the same.
    earlier: set[str] = set()
    for step in steps:
        about = header(step.forward)
        for name in about.keys.get("depends", "").split():
            if name not in earlier:
                close = difflib.get_close_matches(name, earlier, n=1)
                raise ProjectError(
                    f"{step.id} depends on {name!r}, which is not an earlier step of {step.family}",
                    at=Location(step.forward.path, about.lines["depends"], 1),
                    hint=f"did you mean {close[0]}?" if close else "name the full id of an earlier step",
                )
        earlier.add(step.id)


def _sql_files(directory: Path) -> Iterable[Path]:
    if not directory.is_dir():
        return []
    return sorted(path for path in directory.iterdir() if path.suffix == ".sql" and path.is_file())


def _step_files(directory: Path, family: str) -> Iterable[Path]:
    for path in _sql_files(directory):
        match = _STEP_FILE.fullmatch(path.name.removesuffix(".sql").removesuffix(".rollback"))
        if not match or match["family"] != family or len(path.name) > _MAX_ID:
            raise ProjectError(
                "this file name is not that of a step",
                at=Location(show_path(path)),
                hint=f"name it NNNN.{family}-<slug>.sql (slug: a-z, 0-9 and hyphens), or move it elsewhere",
            )
        yield path


def _next(ids: Iterable[str]) -> int:
    return max((int(id.partition(".")[0]) for id in ids), default=0) + 1


def next_number(tree: Tree) -> int:
    """The number that the next step of the tree gets."""
    return _next(step.id for step in tree.steps)


def queries(root: Path, family: str, engine: str) -> dict[str, SqlFile]:
    """The named queries of a family on an engine, by name."""
    directory = root / "sql" / "queries" / family / engine
    return {path.stem: read_file(path, "query") for path in _sql_files(directory)}


def find_query(known: Mapping[str, SqlFile], name: str) -> SqlFile:
    """The query of that name. Raises UsageError when there is none, with the nearest."""
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        raise UsageError(
            f"no query is named {name!r}",
            hint=f"did you mean {close[0]}?" if close else "without a name, `rung query` lists them",
        )
    return known[name]


def parameters(file: SqlFile) -> dict[str, str]:
    """The parameters that a query's header declares, with what each means: ``params: name (meaning), …``."""
    return dict(_PARAMETER.findall(header(file).keys.get("params", "")))


def checks(root: Path, family: str, engine: str) -> tuple[SqlFile, ...]:
    """The check files of a family on an engine, by name. None is fine."""
    directory = root / "sql" / "checks" / family / engine
    return tuple(read_file(path, "check") for path in _sql_files(directory))
