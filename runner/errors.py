"""The one exception tree. Each class says which exit code the command ends with (README, Exit codes)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

EXIT_OK = 0
EXIT_NO = 1
EXIT_USAGE = 2
EXIT_FAILURE = 3
EXIT_INTERRUPTED = 130


class Location(NamedTuple):
    """A place in a file: path as shown to the user, 1-based line and column (0: not known)."""

    file: str
    line: int = 0
    column: int = 0

    @property
    def placed(self) -> Location:
        """The same; line 1 where none is known."""
        return self if self.line else Location(self.file, 1, 1)

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


# A URL with user and password, of any scheme, up to the last "@" of the word, also where it was taken for a path, which
# has one slash; and libpq's other form of the same.
# These are compiled where they are used first: most commands have nothing to hide.
_WORD_OF_TEXT = r"\S+"
_IN_URL = r"(/[^/:@]*:).+"
_IN_WORDS = r"(?i)((?:password|passwd|passphrase)=)('(?:[^'\\]|\\.)*'|[^\s'\"&]+)"


def without_passwords(text: str) -> str:
    """A text in which somebody may quote how he connects to a database, without the passwords in it."""
    return re.sub(_IN_WORDS, r"\1***", re.sub(_WORD_OF_TEXT, _without_password, text) if "@" in text else text)


def _without_password(word: re.Match[str]) -> str:
    # The last "@" is looked for once, and not again from each place at which a password may begin.
    before, at, after = word[0].rpartition("@")
    return re.sub(_IN_URL, r"\1***", before, count=1) + at + after


class RungError(Exception):
    """Anything that ends a command other than by success.

    message: one sentence for the person at the terminal.
    at: the file, line and column concerned.
    detail: further lines, such as the rows that a verify file returned.
    kept: what stayed applied and what was undone.
    hint: what to do next.
    """

    exit_code: ClassVar[int] = EXIT_FAILURE
    kind: ClassVar[str] = "failure"

    def __init__(
        self,
        message: str,
        *,
        at: Location | None = None,
        detail: tuple[str, ...] = (),
        kept: str = "",
        hint: str = "",
    ) -> None:
        self.message = without_passwords(message)
        super().__init__(self.message)
        self.at = at and Location(without_passwords(at.file), at.line, at.column)
        self.detail = tuple(map(without_passwords, detail))
        self.kept = kept
        self.hint = without_passwords(hint)

    def lines(self) -> list[str]:
        """The error as it is shown: the first line says what and where, the others are indented."""
        first = f"{self.at}: {self.message}" if self.at else self.message
        rows = [first, *(f"  {line}" for line in self.detail)]
        if self.kept:
            rows.append(f"  kept: {self.kept}")
        if self.hint:
            rows.append(f"  next: {self.hint}")
        return rows

    def as_json(self) -> dict[str, object]:
        """The error as the object under ``error`` in ``--json`` output."""
        return {
            "kind": self.kind,
            "message": self.message,
            "file": self.at.file if self.at else None,
            "line": self.at.line or None if self.at else None,
            "column": self.at.column or None if self.at else None,
            "detail": list(self.detail),
            "kept": self.kept or None,
            "hint": self.hint or None,
        }


def some(rows: Sequence[object], most: int = 20) -> tuple[str, ...]:
    """At most so many rows as lines, and how many more there are."""
    more = [f"and {len(rows) - most} more"] if len(rows) > most else []
    return (*(str(row) for row in rows[:most]), *more)


def counted(number: int, word: str, plural: str = "") -> str:
    """``1 step``, ``2 steps``; ``1 index``, ``2 indexes``."""
    return f"{number} {word if number == 1 else plural or word + 's'}"


def printable(text: str, most: int = 200) -> str:
    """A text of somebody else's as it may stand in a message: control characters written out, cut where it is long."""
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[:most])
    return plain + ("…" if len(text) > most else "")


# What a terminal obeys or nobody sees: control characters, what turns the direction of text, halves of surrogate pairs.
_UNSEEN = "[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


def visible(text: str, *, breaks: bool = False) -> str:
    """A text of any length as it may reach a terminal: what that would obey is written as its escape (``\\x1b``).

    breaks: leave the ends of lines.
    """
    if text.isprintable():
        return text
    text = text if breaks else text.replace("\n", "\\n")
    return re.sub(_UNSEEN, lambda found: ascii(found[0])[1:-1], text)


def json_safe(text: str) -> str:
    """A JSON document that says the same, with such characters as JSON's own escapes."""
    return re.sub(_UNSEEN, lambda found: f"\\u{ord(found[0]):04x}", text)


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """A hint for a name that is not known: the nearest one that is, or else what else there is to say."""
    import difflib

    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]}?" if close else otherwise


class UsageError(RungError):
    """What was asked for does not exist or cannot be understood: family, step, URL, option."""

    exit_code = EXIT_USAGE
    kind = "usage"


class ProjectError(RungError):
    """A file of the project is missing, unreadable, misnamed or has a malformed header.

    rule: the id under which `rung lint` tells it.
    """

    exit_code = EXIT_USAGE
    kind = "project"
    rule: ClassVar[str] = "layout"


class UnreadableFileError(ProjectError):
    """A file that cannot be read, or not as text."""

    rule = "unreadable"


class HeaderError(ProjectError):
    """A header that says something which is not understood."""

    rule = "header"


class TargetError(RungError):
    """The database cannot be opened, read or written: missing, locked, read-only, corrupt, full."""

    kind = "target"


_WAIT = "wait for it or end it, then run the command again; --lock-timeout SECONDS waits longer"


class LockedError(TargetError):
    """Somebody else holds the database and did not let go within the lock timeout.

    retry: whether the step under way, undone, may be tried again by itself (PostgreSQL's table locks).
    """

    kind = "locked"

    def __init__(self, message: str, *, detail: tuple[str, ...] = (), hint: str = _WAIT, retry: bool = False) -> None:
        super().__init__(message, detail=detail, hint=hint)
        self.retry = retry


class MovedError(TargetError):
    """Others changed the catalog while it was read, so that the engine could not tell of what is gone: look again."""


class DisturbedError(TargetError):
    """Others may have moved the ledger, or put something on it, between two transactions of a run: look at it again."""


class LedgerError(RungError):
    """The ledger and the files disagree: a step edited, missing or out of order; a newer ledger."""

    kind = "ledger"


class StepError(RungError):
    """The engine refused a statement of a step; the step was undone."""

    kind = "step"


class VerificationError(StepError):
    """A step's verify file returned rows, broke its contract or failed; the step was undone."""

    kind = "verification"


class DrillError(RungError):
    """No drill has proven the way back of a step as it would run here: the honest answer is no, and nothing ran."""

    exit_code = EXIT_NO
    kind = "drill"


class InterruptedRunError(RungError):
    """Ctrl-C or SIGTERM; the step under way was undone."""

    exit_code = EXIT_INTERRUPTED
    kind = "interrupted"
