"""What was found, in the forms that CI servers read: JUnit XML, SARIF, GitHub annotations, Markdown."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from runner import __version__, cases, document
from runner.context import Context
from runner.drill_words import moment, shown
from runner.errors import Location, RungError, UsageError, counted, printable, some
from runner.outcome import Checked, Level, Notice, Outcome
from runner.sqlfile import show_path

if TYPE_CHECKING:
    # Loaded where it is asked for.
    from runner.junit import Case

_Told = tuple[Checked, Notice]
_LEVELS: tuple[Level, ...] = ("error", "warning", "note")
_FAILED = "rung."
# What GitHub shows of an annotation, a comment (65,536 characters) and a rule is cut where it is longer.
_ANNOTATION_LINES = 20
_COMMENT_BYTES = 64_000
_TABLE_BYTES = 32_000
_CELL = 300
_SENTENCE = 1000
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
        ("sarif", lambda: json.dumps(_sarif(context, outcome), indent=2, ensure_ascii=False) + "\n"),
        ("markdown", lambda: markdown(outcome)),
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


def _told(outcome: Outcome) -> list[_Told]:
    return [(checked, notice) for checked in outcome.checked for notice in checked.notices]


def _at(checked: Checked, notice: Notice) -> Location | None:
    """Where to look: the place of the notice, or the file that was judged."""
    return notice.at or (Location(checked.file) if checked.file else None)


def _next(notice: Notice) -> list[str]:
    return [f"next: {notice.hint}"] if notice.hint else []


def github(outcome: Outcome) -> list[str]:
    """The notices as commands of GitHub Actions, errors first: it shows ten errors and ten warnings a step."""
    open_ones = [(checked, notice) for checked, notice in _told(outcome) if not notice.allowed]
    return [_annotation(*told) for told in sorted(open_ones, key=lambda told: _LEVELS.index(told[1].level))]


def _annotation(checked: Checked, notice: Notice) -> str:
    at = _at(checked, notice)
    places = [("file", at.file), ("line", at.line), ("col", at.column)] if at else []
    properties = [(name, str(value)) for name, value in [*places, ("title", f"rung {notice.rule}")] if value]
    names = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties)
    text = "\n".join((notice.message, *some(notice.detail, _ANNOTATION_LINES), *_next(notice)))
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
        kind: Any = "error" if bad[0].rule.startswith(_FAILED) else "failure"
        result = junit.Outcome(kind, bad[0].rule, message, "\n".join(line for one in bad for line in _lines(one)))
    elif checked.skipped:
        result = junit.Outcome("skipped", "skipped", " ".join(checked.skipped.split()))
    said = "\n".join(line for notice in checked.notices if not notice.counts for line in _lines(notice))
    return junit.Case(checked.name, f"rung.{checked.group}".removesuffix(".rung"), checked.seconds, result, said)


def _lines(notice: Notice) -> list[str]:
    place = f"{notice.at}: " if notice.at else ""
    allowed = [f"allowed: {notice.allowed}"] if notice.allowed else _next(notice)
    return [f"{place}{notice.level}: {notice.message} [{notice.rule}]", *(f"  {o}" for o in (*notice.detail, *allowed))]


def _sarif(context: Context, outcome: Outcome) -> dict[str, Any]:
    """A SARIF 2.1.0 log of one run.

    Code scanning refuses a result without a place: what is about no file is about .rung.toml, where a project says what
    is not its own.
    """
    told = _told(outcome)
    ids = list(dict.fromkeys(notice.rule for _, notice in told))
    somewhere = shown(show_path(context.root / ".rung.toml"))
    reasons = _reasons(context) if outcome.command == "lint" and any(notice.allowed for _, notice in told) else set()
    times: Counter[str] = Counter()
    results = []
    for checked, notice in told:
        at = _at(checked, notice) or Location(somewhere)
        print_ = _fingerprint(at, notice)
        times[print_] += 1
        region = {"startLine": at.line or 1, "startColumn": at.column or 1}
        place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(at.file)}, "region": region}}
        if notice.subject:
            place["logicalLocations"] = [{"fullyQualifiedName": notice.subject}]
        result: dict[str, Any] = {
            "ruleId": notice.rule,
            "ruleIndex": ids.index(notice.rule),
            "level": notice.level,
            "message": {"text": _message("\n".join((notice.message, *notice.detail, *_next(notice))))},
            "locations": [place],
            "partialFingerprints": {"rung/v1": f"{print_}:{times[print_]}"},
        }
        if notice.allowed:
            # Only files that are judged themselves can say so of themselves.
            kind = "inSource" if outcome.command == "lint" and notice.allowed not in reasons else "external"
            result["suppressions"] = [{"kind": kind, "justification": notice.allowed}]
        results.append(result)
    # The family too: of two logs of one category the later stands. The last component, empty, is that of the run.
    category = "/".join(["rung", outcome.command, *filter(None, [shown(str(context.payload.get("family", "")))]), ""])
    answered = not any(notice.rule.startswith(_FAILED) for _, notice in told)
    began = datetime.fromisoformat(outcome.began_utc).astimezone(UTC)
    run = {
        "tool": {"driver": {"name": "rung", "version": __version__, "rules": [_rule(outcome, id) for id in ids]}},
        "automationDetails": {"id": category},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": answered, "startTimeUtc": f"{began:%Y-%m-%dT%H:%M:%S}Z"}],
        "results": results,
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return {"$schema": schema, "version": "2.1.0", "runs": [run]}


def _rule(outcome: Outcome, id: str) -> dict[str, Any]:
    tool, _, name = id.partition(".")
    pages = {
        "squawk": f"https://squawkhq.com/docs/{quote(name, safe='')}",
        "sqlfluff": "https://docs.sqlfluff.com/en/stable/reference/rules.html",
    }
    otherwise = f"A rule of {tool}: {name}." if tool in pages else f"What rung {outcome.command} calls {id}."
    text = {"text": printable(outcome.rules.get(id) or otherwise, _SENTENCE)}
    about = {"id": id, "shortDescription": text, "fullDescription": text, "help": text}
    return about | ({"helpUri": pages[tool]} if tool in pages else {})


def _reasons(context: Context) -> set[str]:
    """The reasons that do not stand in the files which they are for."""
    from runner import config

    said = config.load(context.root)
    return {shown(reason) for reason in (*(one.reason for one in said.allow), *(one.reason for one in said.foreign))}


def _uri(file: str) -> str:
    path = quote(Path(file).as_posix(), safe="/")
    return f"file://{path}" if path.startswith("/") else path


def _message(text: str) -> str:
    """A text in which nothing is a placeholder or a link (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    return re.sub(r"\{(\d+)\}", r"{{\1}}", text).replace("](", "] (")


def _fingerprint(at: Location, notice: Notice) -> str:
    """Of what stays the same when lines move and numbers of rows change."""
    message = re.sub(r"\d+", "", notice.message)
    return hashlib.sha256("\0".join((notice.rule, at.file, notice.subject, message)).encode()).hexdigest()[:32]


def markdown(outcome: Outcome) -> str:
    """A summary for a comment on GitHub or GitLab, of less than 65,536 characters: the verdict, a table, details.

    Whatever comes from a database or a file stands in code, where it is neither markup nor a mention nor a link.
    """
    bad = [(checked, notice) for checked, notice in _told(outcome) if notice.counts]
    rows = [f"| {_cell(n.message)} | {_cell(str(_at(c, n) or ''))} | {_cell(n.rule)} |" for c, n in bad]
    lines = [
        f"{_verdict(outcome)} {_code(f'rung {outcome.command}')} of {_code(outcome.title)}: {_tally(outcome)}.",
        "",
    ]
    table = _fitting(rows, _TABLE_BYTES)
    lines += ["| what | where | rule |", "| --- | --- | --- |", *table, ""] if table else []
    folded = [_folded(checked, notice) for checked, notice in bad if notice.detail or notice.hint]
    details = _fitting(folded, _COMMENT_BYTES - len("\n".join(lines).encode()))
    left = [(len(rows) - len(table), "row"), (len(folded) - len(details), "detail")]
    if told := " and ".join(counted(number, word) for number, word in left if number):
        details.append(f"{told} left out: a comment on GitHub ends at 65,536 characters.\n")
    return "\n".join([*lines, *details])


def _verdict(outcome: Outcome) -> str:
    if any(notice.rule.startswith(_FAILED) for notice in outcome.notices):
        return "**No answer:**"
    return "**Holds:**" if outcome.holds else "**Fails:**"


def _tally(outcome: Outcome) -> str:
    bad = sum(notice.counts for notice in outcome.notices)
    of = sum(not checked.holds for checked in outcome.checked)
    rest = (
        (sum(bool(checked.skipped) for checked in outcome.checked), "skipped"),
        (sum(notice.level == "note" and not notice.allowed for notice in outcome.notices), "noted"),
        (sum(bool(notice.allowed) for notice in outcome.notices), "allowed"),
    )
    found = f"{counted(bad, 'fault')} in {of} of {len(outcome.checked)}" if bad else f"{len(outcome.checked)} judged"
    return ", ".join([found, *(f"{number} {word}" for number, word in rest if number)])


def _code(text: str) -> str:
    """A text in one line of code, which nothing in it can end."""
    text = " ".join(printable(text, _CELL).split())
    if not text:
        return ""
    fence = _fence(text, 1)
    blank = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _fence(text: str, least: int) -> str:
    return "`" * max(least, *(len(run) + 1 for run in re.findall("`+", text)), 0)


def _cell(text: str) -> str:
    """The same in a table, where a pipe would end the cell, also in code."""
    return re.sub(r"(\\*)\|", r"\1\1\\|", _code(text))


def _folded(checked: Checked, notice: Notice) -> str:
    body = "\n".join((*notice.detail, *_next(notice)))
    fence = _fence(body, 3)
    summary = html.escape(printable(f"{_at(checked, notice) or notice.rule}: {notice.message}", _CELL))
    return f"<details><summary><code>{summary}</code></summary>\n\n{fence}diff\n{body}\n{fence}\n\n</details>\n"


def _fitting(pieces: Sequence[str], room: int) -> list[str]:
    """As many pieces as there is room for, in bytes; one that is too long does not keep the others out."""
    kept = []
    for piece in pieces:
        size = len(piece.encode()) + 1
        if size <= room:
            kept.append(piece)
            room -= size
    return kept
