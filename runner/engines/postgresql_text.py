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
    | (?<![\w$])(?:[bB][eE][gG][iI][nN]|[cC][aA][sS][eE]|[eE][nN][dD])(?![\w$])  # around the body of a function
    | ;
    """,
    re.VERBOSE | re.DOTALL,
)
# A function whose body is SQL between BEGIN ATOMIC and END has semicolons of its own, as psql knows too.
_HAS_BODY = re.compile(r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)
_COMMENT_PART = re.compile(r"/\*|\*/")
_BLANK = re.compile(r"\s*")


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the offset of its first word, comments before it skipped, without its semicolon."""
    first: int | None = None
    at, depth = 0, 0
    for match, end in _tokens(text):
        if first is None:
            first = _word(text, at, match.start())
        piece = match.group()
        if piece == ";" and not depth:
            if first is not None:
                yield first, text[first : match.start()].rstrip()
            first = None
        elif first is None and not piece.startswith(("--", "/*")):
            first = match.start()
        depth = _depth(text, first, depth, piece.upper())
        at = end
    if first is None:
        first = _word(text, at, len(text))
    if first is not None:
        yield first, text[first:].rstrip()


def _depth(text: str, first: int | None, depth: int, word: str) -> int:
    """How deep in the body of a function the text is after a word."""
    if word not in {"BEGIN", "CASE", "END"} or first is None or not _HAS_BODY.match(text, first):
        return depth
    if word == "END":
        return max(depth - 1, 0)
    return depth + 1 if word == "BEGIN" or depth else 0


def names(sql: str) -> list[str]:
    """The parameters $name of a statement, as often as they stand in it."""
    return [match["name"] for match, _ in _tokens(sql) if match["name"]]


def numbered(sql: str, parameters: Mapping[str, object]) -> tuple[str, list[object]]:
    """A statement with its parameters $name as $1, $2 …, and their values in that order."""
    known: list[str] = []
    text, at = "", 0
    for match, _ in _tokens(sql):
        if (name := match["name"]) in parameters:
            if name not in known:
                known.append(name)
            text += f"{sql[at : match.start()]}${known.index(name) + 1}"
            at = match.end()
    return text + sql[at:], [parameters[name] for name in known]


def _tokens(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """What hides semicolons and parameters, and these themselves; with the place where each ends."""
    at = 0
    while match := _TOKEN.search(text, at):
        at = _end_of_comment(text, match.end()) if match.group() == "/*" else match.end()
        yield match, at


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
