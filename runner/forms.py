"""What was found, in the forms that CI servers read: JUnit XML, SARIF, GitHub annotations, Markdown."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from runner import __version__, cases, config, document, markdown, sarif
from runner.context import Context
from runner.drill_words import moment, shown
from runner.errors import Location, RungError, UsageError, some
from runner.outcome import FAILED, Checked, Level, Notice, Outcome
from runner.sqlfile import show_path

if TYPE_CHECKING:
    # Loaded where it is asked for.
    from runner.junit import Case

_LEVELS: tuple[Level, ...] = ("error", "warning", "note")
_ANNOTATION_LINES = 20
_LINES = 1000


def tell(context: Context, outcome: Outcome, junit: str = "") -> None:
    """Write the outcome in every form that was asked for, and say which. Raises UsageError where a file cannot be.

    junit: the document, where the command has one that says more.
    """
    outcome = _shown(outcome)
    _annotate(context, outcome)
    for name, render in _forms(context, outcome, junit):
        if path := _asked(context, name):
            write(path, render())
            wrote(context, name, path)


def tell_failure(context: Context, error: RungError) -> None:
    """Write in every form that was asked for, and is not written yet, that an error ended the command, and what was
    found before.

    What cannot be written is left out: the error is told already, and may be just that.
    """
    command, payload = context.arguments.command, context.payload
    title = " on ".join(str(payload[key]) for key in ("family", "url") if payload.get(key)) or "nothing"
    outcome = cases.of_error(command, title, datetime.now(UTC).isoformat(timespec="seconds"), error)
    outcome = _shown(replace(outcome, checked=(*context.judged, *outcome.checked)))
    _annotate(context, outcome)
    for name, render in _forms(context, outcome, ""):
        if path := _asked(context, name):
            with suppress(UsageError):
                write(path, render())
                wrote(context, name, path)


def _forms(context: Context, outcome: Outcome, junit: str) -> tuple[tuple[str, Callable[[], str]], ...]:
    return (
        ("junit", lambda: junit or _junit(outcome, context.actor.hostname)),
        ("sarif", lambda: _sarif(context, outcome)),
        ("markdown", lambda: markdown.render(outcome)),
    )


def _asked(context: Context, name: str) -> Path | None:
    """Where a form is to be written, if it is and was not yet."""
    return None if name in _written(context) else getattr(context.arguments, name, None)


def wrote(context: Context, name: str, path: Path) -> None:
    """Note and say that a form is written to a file."""
    _written(context)[name] = str(path)
    context.report.say(f"{name}: {path}")


def _written(context: Context) -> dict[str, str]:
    return cast(dict[str, str], context.payload.setdefault("written", {}))


def _annotate(context: Context, outcome: Outcome) -> None:
    """Print the annotations, also when quiet: they are asked for, and GitHub reads both streams."""
    if getattr(context.arguments, "github", False):
        report = context.report
        quiet, report.quiet = report.quiet, False
        for line in github(outcome):
            report.say(line)
        report.quiet = quiet


def refuse_unwritable(context: Context) -> None:
    """Raise UsageError where a file that was asked for cannot be written: a command can take long before it is."""
    for name in ("html", "junit", "sarif", "markdown", "certificate"):
        path: Path | None = getattr(context.arguments, name, None)
        if path and not _is_writable(path):
            raise UsageError(
                "this file cannot be written", at=Location(str(path)), hint="name a file in a folder of yours"
            )


def _is_writable(path: Path) -> bool:
    folder = path.absolute().parent
    return not path.is_dir() and folder.is_dir() and os.access(path if path.exists() else folder, os.W_OK)


def write(path: Path, text: str) -> None:
    """Write a report as UTF-8: a file whole or not at all, and plainly to what is none, such as /dev/stdout or a pipe.

    Raises UsageError when it cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    if not os.path.lexists(path) or stat.S_ISREG(path.lstat().st_mode):
        document.write(path, data)
        return
    try:
        with open(_opened(path), "wb") as file:
            file.write(data)
    except OSError as error:
        raise UsageError(f"cannot write the file: {error.strerror}", at=Location(str(path))) from None


def _opened(path: Path) -> int:
    """A descriptor to write through. Of stdout and stderr their own: opened anew, a file that they are redirected to
    would be written over."""
    for known in (1, 2):
        if path.exists() and os.path.samestat(path.stat(), os.fstat(known)):
            return os.dup(known)
    return os.open(path, os.O_WRONLY | os.O_TRUNC)


def _shown(outcome: Outcome) -> Outcome:
    """The same with nothing in it that a form cannot hold or that moves what is seen (drill_words.shown)."""
    rules = {shown(id): shown(sentence) for id, sentence in outcome.rules.items()}
    checked = tuple(
        replace(shown(one), notices=tuple(_shown_notice(notice) for notice in one.notices)) for one in outcome.checked
    )
    return replace(shown(replace(outcome, checked=())), checked=checked, rules=rules)


def _shown_notice(notice: Notice) -> Notice:
    detail = tuple(line for entry in shown(notice.detail, True) for line in entry.split("\n"))
    return replace(shown(notice), message=shown(notice.message, True), detail=some(detail, _LINES))


def github(outcome: Outcome) -> list[str]:
    """The notices as commands of GitHub Actions, errors first: it shows ten errors and ten warnings a step."""
    open_ones = [(checked, notice) for checked, notice in outcome.told if not notice.allowed]
    return [_annotation(*told) for told in sorted(open_ones, key=lambda told: _LEVELS.index(told[1].level))]


def _annotation(checked: Checked, notice: Notice) -> str:
    at = checked.place(notice)
    places = [("file", at.file), ("line", at.line), ("col", at.column)] if at else []
    properties = [(name, str(value)) for name, value in [*places, ("title", f"rung {notice.rule}")] if value]
    names = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties)
    text = "\n".join((notice.message, *some(notice.detail, _ANNOTATION_LINES), *notice.next))
    return f"::{'notice' if notice.level == 'note' else notice.level} {names}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    """A text as GitHub's runner reads it back; in a property colons and commas are escaped too."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _junit(outcome: Outcome, hostname: str) -> str:
    from runner.junit import Suite, render

    began = moment(outcome.began_utc).removesuffix(" UTC").replace(" ", "T")
    properties = (("title", outcome.title), ("rung", __version__))
    suites: dict[str, list[Case]] = {}
    for checked in outcome.checked:
        suites.setdefault(checked.group.rpartition(".")[0] or checked.group, []).append(_case(checked))
    return render(
        [
            Suite(f"rung {outcome.command} {group}".removesuffix(" rung"), began, tuple(found), properties, hostname)
            for group, found in suites.items()
        ]
    )


def _case(checked: Checked) -> Case:
    from runner import junit

    bad = [notice for notice in checked.notices if notice.counts]
    result = None
    if bad:
        first = " ".join(bad[0].message.split())
        message = f"{first} (and {len(bad) - 1} more)" if bad[1:] else first
        kind: Any = "error" if bad[0].rule.startswith(FAILED) else "failure"
        result = junit.Outcome(kind, bad[0].rule, message, "\n".join(line for one in bad for line in _lines(one)))
    elif checked.skipped:
        result = junit.Outcome("skipped", "skipped", " ".join(checked.skipped.split()))
    said = "\n".join(line for notice in checked.notices if not notice.counts for line in _lines(notice))
    return junit.Case(checked.name, f"rung.{checked.group}".removesuffix(".rung"), checked.seconds, result, said)


def _lines(notice: Notice) -> list[str]:
    place = f"{notice.at}: " if notice.at else ""
    allowed = [f"allowed: {notice.allowed}"] if notice.allowed else notice.next
    return [f"{place}{notice.level}: {notice.message} [{notice.rule}]", *(f"  {o}" for o in (*notice.detail, *allowed))]


def _sarif(context: Context, outcome: Outcome) -> str:
    # What is about no file is about the one where a project says what is not its own.
    elsewhere = shown(show_path(context.root / config.NAME))
    # Only files that are judged themselves say something of themselves.
    allowed = {notice.allowed for notice in outcome.notices}
    reasons = _reasons(context) if outcome.command == "lint" and any(allowed) else allowed
    return sarif.render(outcome, shown(str(context.payload.get("family", ""))), elsewhere, reasons)


def _reasons(context: Context) -> set[str]:
    """The reasons that do not stand in the files which they are for."""
    said = config.load(context.root)
    return {shown(reason) for reason in (*(one.reason for one in said.allow), *(one.reason for one in said.foreign))}
