"""One SQL file: its text as it is executed and hashed, and the header in which it speaks of itself."""

from __future__ import annotations

import os
import re
import stat
from codecs import BOM_UTF8
from collections.abc import Collection
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from runner.errors import HeaderError, Location, UnreadableFileError

_ANY = frozenset({"seed", "differs", "allow"})
# The keys that each kind of file may have in its header (README, Header of a file).
KEYS = {
    "forward": _ANY | {"depends", "adopts", "requires", "transactional", "irreversible", "foreign_keys"},
    "rollback": _ANY | {"loses", "transactional", "foreign_keys"},
    "verify": _ANY,
    "check": _ANY,
    "seed": _ANY,
    "query": _ANY | {"params", "uses", "requires", "writes"},
    "other": _ANY,
}
_SWITCHES = {"transactional": {"true", "false"}, "foreign_keys": {"on", "off"}, "writes": {"yes", "no"}}

_KEY_LINE = re.compile(r"--\s*(?P<key>[A-Za-z][A-Za-z_]*)\s*:(?:\s+(?P<value>.*))?$")
_TITLE = re.compile(r"-- \S[^:]*: \S")
_LEADING = re.compile(r"(?:[^\S\n]*(?:--[^\n]*)?\n)*(?:--[^\n]*)?")
_REQUIREMENT = re.compile(r"extension [\w-]+( loaded)?")
# What stands before a name keeps a long text that is none from being read again from each of its characters.
_ALLOWANCE = re.compile(r"(?<![\w.*-])([\w.*-]+) \(([^()]+)\)(?:, |$)")
_ALLOW_LINE = re.compile(r"--[ ]allow:(.*)$")
_PARAMETER = re.compile(r"(?<!\w)(\w+) \(([^()]*)\)")


class SqlFile(NamedTuple):
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


class Header(NamedTuple):
    """What a file says of itself: its title sentence, its keys with their values and the lines they stand on."""

    title: str
    keys: dict[str, str]
    lines: dict[str, int]

    def flag(self, key: str) -> bool:
        """Whether a key that is a switch (validated by header()) is switched away from its default."""
        return self.keys.get(key, "").lower() in {"false", "off", "yes"}


@cache
def carried_root() -> Path:
    """The tree that comes with rung: the checkout's top level, or the copy inside an installed package."""
    package = Path(__file__).resolve().parent
    packaged = package / "project"
    return packaged if packaged.is_dir() else package.parent


@cache
def runner_sql(kind: str, engine: str, name: str) -> SqlFile:
    """The runner's own SQL ``sql/<kind>/<engine>/<name>.sql`` (kind: ledger or catalog), always the carried one."""
    return read_file(carried_root() / "sql" / kind / engine / f"{name}.sql", "query")


def read_file(path: Path | str, kind: str, root: Path | None = None, shown: str = "") -> SqlFile:
    """Read one SQL file. root: the project that it is to be a file of. shown: its path as show_path() shows it, where
    that is known.

    Raises UnreadableFileError when it is missing, no file, unreadable, a link out of the project, not UTF-8, or holds
    a NUL.
    """
    shown = shown or show_path(Path(path))
    try:
        raw = _bytes(path, root)
    except OSError as error:
        raise UnreadableFileError(
            f"cannot read the file: {error.strerror}",
            at=Location(shown),
            hint="restore it, or correct its permissions; nothing was run",
        ) from None
    try:
        text = raw.removeprefix(BOM_UTF8).decode().replace("\r\n", "\n")
        del raw  # A file may be large.
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"byte 0x{error.object[error.start]:02x} is not UTF-8",
            at=Location(shown, line),
            hint="save the file as UTF-8; nothing was run",
        ) from None
    if "\0" in text:
        raise UnreadableFileError(
            "the file holds a NUL character",
            at=Location(shown, text.count("\n", 0, text.index("\0")) + 1),
            hint="remove it (a file saved as UTF-16 looks like this too); nothing was run",
        )
    return SqlFile(shown, kind, text, checksum(text))


def _bytes(path: Path | str, root: Path | None) -> bytes:
    """What a file holds. Raises OSError, also for a folder, and for a pipe or a device, which might never end; and
    what refuse_link_out() does for a link."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW if root else flags)
    except OSError:
        if not root or not Path(path).is_symlink():
            raise
        refuse_link_out(path, root)
        descriptor = os.open(path, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            is_folder = stat.S_ISDIR(status.st_mode)
            raise OSError(0, "it is a folder" if is_folder else "it is a pipe or a device, and no file")
        raw = os.read(descriptor, status.st_size + 1)
        if len(raw) != status.st_size:
            # Somebody writes to it, or it is too large to be read at once.
            with open(descriptor, "rb", closefd=False) as file:
                raw += file.read()
        return raw
    finally:
        os.close(descriptor)


def refuse_link_out(path: Path | str, root: Path) -> None:
    """Raise UnreadableFileError for a path that a link leads out of a project.

    What runs is what a review of the project shows. And a report on somebody else's changes shows what is in their
    files: not what is in any file of the machine.
    """
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        raise UnreadableFileError(
            "a link leads out of the project",
            at=Location(show_path(Path(path))),
            hint="put what it leads to in its place; nothing was run",
        )


def checksum(text: str) -> str:
    """The checksum of a file's text: ``sha256:`` and hex digits."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def show_path(path: Path) -> str:
    """The path as the user would type it: relative to the working directory where it lies below it. A link has its own
    name."""
    return show_folder(path.parent) + path.name or "."


def show_folder(folder: Path) -> str:
    """What show_path() shows before the name of a file in the folder."""
    try:
        shown = _shown_folder(Path.cwd(), folder)
    except (OSError, RuntimeError):
        shown = folder
    return str(shown / "_")[:-1]


@lru_cache(maxsize=256)  # Files are many, and folders few.
def _shown_folder(base: Path, folder: Path) -> Path:
    """A folder relative to another, the working directory, where it lies below it."""
    try:
        return folder.resolve().relative_to(base)
    except ValueError:
        return folder


def header(file: SqlFile) -> Header:
    """The header: a title ``Thing: why it exists.``, then ``key: value`` lines, all as ``--`` comments.

    A value goes on over lines that are indented by three or more spaces after the dashes.
    Raises HeaderError with file and line for a missing title, an unknown, repeated or misplaced key,
    or a value that the key does not take. yoyo ignores all of these silently.
    """
    found, faults = parse_header(file)
    if faults:
        raise faults[0]
    return found


@cache
def parse_header(file: SqlFile) -> tuple[Header, tuple[HeaderError, ...]]:
    """The header as far as it is understood, and what in it is not, from top to bottom."""
    match = _LEADING.match(file.text)
    lines = match.group().split("\n") if match else [""]
    faults: list[HeaderError] = []

    def fault(message: str, line: int, hint: str) -> None:
        faults.append(HeaderError(message, at=Location(file.path, line, 1), hint=hint))

    values: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    title = [lines[0][3:].strip()]
    if wrong := _no_title(lines[0], file.kind):
        fault(wrong[0], 1, wrong[1])
    current = ""
    at_top = True
    for number, line in enumerate(lines[1:], start=2):
        stripped = line.strip()
        match = _KEY_LINE.match(stripped) if ":" in stripped else None
        if not stripped:
            at_top = False
        elif not at_top:
            # yoyo still obeys a directive here, so one below the block would mean two things.
            if match and match["key"] in KEYS[file.kind] - {"allow"}:
                hint = "move it up to the lines directly under the title"
                fault(f"the key {match['key']!r} stands below the header", number, hint)
        elif stripped.startswith("--   ") and current:
            values[current].append(stripped[2:].strip())
        elif match:
            current = match["key"]
            if wrong := _not_a_key(file.kind, current, values):
                fault(wrong[0], number, wrong[1])
            values[current] = [(match["value"] or "").strip()]
            places[current] = number
        elif not current:
            title.append(stripped[2:].strip())
        else:
            hint = "indent a continuation by three spaces after the dashes, or leave an empty line above a comment"
            fault("this line is neither a key nor the continuation of one", number, hint)
    keys = {key: " ".join(lines).strip() for key, lines in values.items()}
    for key, value in keys.items():
        if wrong := _misfit(key, value):
            fault(wrong[0], places[key], wrong[1])
    faults.sort(key=lambda error: error.at.line if error.at else 0)
    return Header(" ".join(title), keys, places), tuple(faults)


def _no_title(line: str, kind: str) -> tuple[str, str] | None:
    """Why a line is no title, and what to do about it."""
    if not _TITLE.match(line):
        return (
            "the first line must be a title: `-- Thing: why it exists.`",
            "write what the file makes and why it exists, then the keys below it",
        )
    key = line[3:].partition(":")[0].rstrip()
    if key.lower() in KEYS[kind]:
        return (
            f"the header begins with the key {key!r}; its first line must be a title",
            "put a line such as `-- Receipts: what every execution did.` above it",
        )
    return None


def _not_a_key(kind: str, key: str, known: Collection[str]) -> tuple[str, str] | None:
    """Why a key cannot stand in the header of a file, or not once more, and what to do about it."""
    if key in known:
        return f"the key {key!r} is given twice", "join the two lines"
    if key in KEYS[kind]:
        return None
    import difflib

    close = difflib.get_close_matches(key.lower(), KEYS[kind], n=1, cutoff=0.6)
    takes = f"a {kind} file takes: {', '.join(sorted(KEYS[kind]))}"
    return f"unknown header key {key!r}", f"did you mean {close[0]!r}?" if close else takes


def _misfit(key: str, value: str) -> tuple[str, str] | None:
    """What a key's value is not, and what to do about it."""
    allowed = _SWITCHES.get(key)
    if not value:
        return f"the key {key!r} has no value", "give it one, or drop the line"
    if key == "allow" and not re.fullmatch(rf"(?:{_ALLOWANCE.pattern})+", value):
        return f"allow: {value!r} is not RULE (reason)", "name the rule, and give the reason in parentheses"
    if key == "requires" and not _REQUIREMENT.fullmatch(value):
        return f"requires: {value!r} is not a requirement", "write `extension NAME` or `extension NAME loaded`"
    if allowed and value.lower() not in allowed:
        return f"{key}: {value!r} is not {' or '.join(sorted(allowed))}", "correct it"
    return None


class Allowance(NamedTuple):
    """What a file says that `rung lint` shall let pass, and why. line: where it says so.

    whole: it stands in the header, and is meant for the whole file; else for its own line, or, where the line holds
    nothing else, for the statement below it.
    """

    rule: str
    reason: str
    line: int
    whole: bool


def allowances(file: SqlFile) -> tuple[list[Allowance], list[HeaderError]]:
    """What ``allow: RULE (reason), …`` in the header and in comments below it says, and which of these lines say
    nothing that is understood."""
    about, _ = parse_header(file)
    known = [(about.lines["allow"], about.keys["allow"], True)] if "allow" in about.keys else []
    top = len(_LEADING.match(file.text)[0].split("\n\n", 1)[0].split("\n"))  # type: ignore[index]
    for number, line in enumerate(file.text.split("\n")[top:], start=top + 1):
        if found := _ALLOW_LINE.search(line):
            known.append((number, found[1].strip(), False))
    faults = [
        HeaderError(wrong[0], at=Location(file.path, line, 1), hint=wrong[1])
        for line, value, whole in known
        if not whole and (wrong := _misfit("allow", value))
    ]
    return [
        Allowance(rule, reason.strip(), line, whole)
        for line, value, whole in known
        for rule, reason in _ALLOWANCE.findall(value)
    ], faults


def parameters(file: SqlFile) -> dict[str, str]:
    """The parameters that a query's header declares, with what each means: ``params: name (meaning), …``."""
    return dict(_PARAMETER.findall(header(file).keys.get("params", "")))
