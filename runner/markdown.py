"""What was found as Markdown, for a pull request."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from runner.errors import counted, printable
from runner.outcome import Checked, Notice, Outcome

_COMMENT_BYTES = 64_000
_TABLE_BYTES = 32_000
_CELL = 300


def render(outcome: Outcome) -> str:
    """A summary for a comment on GitHub or GitLab, of less than 65,536 characters: the verdict, a table, details.

    Whatever comes from a database or a file stands in code, where it is neither markup nor a mention nor a link.
    """
    bad = [(checked, notice) for checked, notice in outcome.told if notice.counts]
    rows = [f"| {_cell(n.message)} | {_cell(str(c.place(n) or ''))} | {_cell(n.rule)} |" for c, n in bad]
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
    if not outcome.answered:
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
    body = "\n".join((*notice.detail, *notice.next))
    fence = _fence(body, 3)
    summary = html.escape(printable(f"{checked.place(notice) or notice.rule}: {notice.message}", _CELL))
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
