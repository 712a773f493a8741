"""What a command that judges has found, in one shape for every form in which it is told (runner.forms)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from runner.errors import Location

# error and warning: the honest answer is no. note: worth knowing, and changes no answer.
Level = Literal["error", "warning", "note"]
# How the rule begins by which the error is told that ended a command.
FAILED = "rung."


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell.

    rule: the stable id of the rule that it is told by. at: where in a file, line 1 where the whole file is meant.
    subject: the object, step or table concerned. detail: further lines, such as those of a diff. hint: what to do next.
    allowed: the reason for which it is allowed; then it is told to nobody who does not ask.
    """

    rule: str
    level: Level
    message: str
    at: Location | None = None
    subject: str = ""
    detail: tuple[str, ...] = ()
    hint: str = ""
    allowed: str = ""

    @property
    def counts(self) -> bool:
        """Whether it makes the answer a no."""
        return self.level != "note" and not self.allowed

    @property
    def next(self) -> tuple[str, ...]:
        """What to do next, as a line, where there is something."""
        return (f"next: {self.hint}",) if self.hint else ()

    def as_json(self) -> dict[str, object]:
        """The notice as an element of ``notices`` in ``--json`` output."""
        return {
            "rule": self.rule,
            "level": self.level,
            "message": self.message,
            "file": self.at.file if self.at else None,
            "line": self.at.line or None if self.at else None,
            "column": self.at.column or None if self.at else None,
            "subject": self.subject or None,
            "detail": list(self.detail),
            "hint": self.hint or None,
            "allowed": self.allowed or None,
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was judged, by itself a case of a test report: a file, a step, the schema.

    group: what it belongs to, dotted, such as ``ggen.sqlite.verify``. skipped: why it was not judged, or empty.
    """

    name: str
    group: str
    file: str = ""
    seconds: float = 0.0
    notices: tuple[Notice, ...] = ()
    skipped: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing was found that counts."""
        return not any(notice.counts for notice in self.notices)

    def place(self, notice: Notice) -> Location | None:
        """Where to look: the place of the notice, or the file that was judged."""
        return notice.at or (Location(self.file) if self.file else None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that one run of a command found.

    title: what was judged, in one line without secrets. began_utc: ISO 8601 with zone. rules: the sentence that each
    rule id among the notices stands for; ids without one are explained by their messages.
    """

    command: str
    title: str
    began_utc: str
    checked: tuple[Checked, ...]
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All notices, in order."""
        return tuple(notice for _, notice in self.told)

    @property
    def told(self) -> list[tuple[Checked, Notice]]:
        """All notices, in order, each with what it was found in."""
        return [(checked, notice) for checked in self.checked for notice in checked.notices]

    @property
    def answered(self) -> bool:
        """False where an error ended the command."""
        return not any(notice.rule.startswith(FAILED) for notice in self.notices)

    @property
    def holds(self) -> bool:
        """Whether nothing was found that counts: then the command ends with 0."""
        return all(checked.holds for checked in self.checked)

    def as_json(self) -> list[dict[str, object]]:
        """What was judged, as the list under ``checked`` in ``--json`` output."""
        return [
            {**asdict(checked), "notices": [notice.as_json() for notice in checked.notices], "holds": checked.holds}
            for checked in self.checked
        ]
