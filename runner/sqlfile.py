"""One SQL file: its text as it is executed and hashed, and the header in which it speaks of itself."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runner.errors import Location, ProjectError

# The keys that each kind of file may have in its header (README, Header of a file).
KEYS = {
    "forward": frozenset(
        {"seed", "differs", "depends", "adopts", "requires", "transactional", "irreversible", "foreign_keys"}
    ),
    "rollback": frozenset({"seed", "differs", "loses", "transactional", "foreign_keys"}),
    "verify": frozenset({"seed", "differs"}),
    "check": frozenset({"seed", "differs"}),
    "seed": frozenset({"seed", "differs"}),
    "query": frozenset({"seed", "differs", "params", "uses", "requires", "writes"}),
}

_KEY_LINE = re.compile(r"--\s*(?P<key>[A-Za-z][A-Za-z_]*)\s*:(?:\s+(?P<value>.*))?$")
_TITLE = re.compile(r"-- \S[^:]*: \S")
_LEADING = re.compile(r"(?:[^\S\n]*(?:--[^\n]*)?\n)*(?:--[^\n]*)?")
_REQUIREMENT = re.compile(r"extension [\w-]+( loaded)?")
_PARAMETER = re.compile(r"(\w+) \(([^)]*)\)")


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
    return SqlFile(shown, kind, text, checksum(text))


def checksum(text: str) -> str:
    """The checksum of a file's text: ``sha256:`` and hex digits."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


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
    if key == "requires" and not _REQUIREMENT.fullmatch(value):
        raise ProjectError(
            f"requires: {value!r} is not a requirement",
            at=where,
            hint="write `extension NAME` or `extension NAME loaded`",
        )
    if allowed and value.lower() not in allowed:
        raise ProjectError(f"{key}: {value!r} is not {' or '.join(sorted(allowed))}", at=where, hint="correct it")


def parameters(file: SqlFile) -> dict[str, str]:
    """The parameters that a query's header declares, with what each means: ``params: name (meaning), …``."""
    return dict(_PARAMETER.findall(header(file).keys.get("params", "")))
