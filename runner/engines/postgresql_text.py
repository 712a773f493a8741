"""PostgreSQL's lexical rules, as far as one must know them to find where the statements of a read-only file begin.

Steps go to the server whole. What is found here is never trusted alone: each piece is sent by the extended protocol,
where the server refuses anything but one statement (PostgreSQL 15, 4.1 Lexical Structure; 55.2.3 Extended Query).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_TOKEN = re.compile(
    r"""
    --[^\n]*                                      # comment to the end of the line
    | /\*                                         # comment that nests: its end is looked for below
    | [eE]'(?:[^'\\]|''|\\.)*'                    # text with escapes
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | (?<![\w$])\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?(tag)(?P=tag))\$   # dollar-quoted text
    | (?<![\w$])\$(?P<name>[a-z_]\w*)(?![\w$])    # a parameter of ours: $name
    | ['"].* | (?<![\w$])\$(?:[A-Za-z_]\w*)?\$.*    # one that is never closed
    | ;
    """,
    re.VERBOSE | re.DOTALL,
)
PARAMETER = re.compile(r"(?<![\w$])\$([a-z_]\w*)(?![\w$])")
_COMMENT_PART = re.compile(r"/\*|\*/")
_BLANK = re.compile(r"\s*")


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the offset of its first word, comments before it skipped, without its semicolon."""
    first: int | None = None
    at = end = 0
    while at < len(text):
        match = _TOKEN.search(text, at)
        stop = match.start() if match else len(text)
        if first is None and (word := _word(text, at, stop)) is not None:
            first = word
        if match is None:
            end = len(text)
            break
        piece = match.group()
        at = _end_of_comment(text, match.end()) if piece == "/*" else match.end()
        if piece == ";":
            if first is not None:
                yield first, text[first:stop].rstrip()
            first = None
        elif first is None and not piece.startswith(("--", "/*")):
            first = stop
        end = at
    if first is not None:
        yield first, text[first:end].rstrip()


def numbered(sql: str, parameters: Mapping[str, object]) -> tuple[str, list[object]]:
    """A statement with its parameters $name as $1, $2 …, and their values in that order."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None or name not in parameters:
            return match.group()
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _TOKEN.sub(number, sql), [parameters[name] for name in names]


def _word(text: str, start: int, stop: int) -> int | None:
    match = _BLANK.match(text, start, stop)
    found = match.end() if match else start
    return found if found < stop else None


def _end_of_comment(text: str, start: int) -> int:
    depth, at = 1, start
    while depth and (match := _COMMENT_PART.search(text, at)):
        depth += 1 if match.group() == "/*" else -1
        at = match.end()
    return len(text) if depth else at
