"""PostgreSQL's lexical rules, as far as one must know them to find where the statements of a read-only file begin.

Steps go to the server whole. What is found here is never trusted alone: each piece is sent by the extended protocol,
where the server refuses anything but one statement (PostgreSQL 15, 4.1 Lexical Structure; 55.2.3 Extended Query).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

# Names are made of letters, digits, _, $ and all that is not ASCII. This says what of ASCII they have not: the other
# way round, the pattern takes 20 ms to compile, at each start.
_PART = r"[^\x00-\x23\x25-/:-@\[-\^`{-\x7f]"
_LETTER = r"[^\x00-@\[-\^`{-\x7f]"
_NO_DOLLAR = r"[^\x00-/:-@\[-\^`{-\x7f]"
_TAG = rf"{_LETTER}{_NO_DOLLAR}*+"
# A quote begins text with escapes only as a word of its own. Such text goes on in the next quotes on another line.
_TOKEN = re.compile(
    rf"""
    --[^\n\r]*                                    # comment to the end of the line
    | /\*                                         # comment that nests: its end is looked for below
    | (?<!{_PART})[eE]'(?:[^'\\]++|''|\\.)*+
      (?:'(?:[ \t\f\v]++|--[^\n\r]*+)*+[\n\r](?:\s++|--[^\n\r]*+[\n\r])*+'(?:[^'\\]++|''|\\.)*+)*+'
    | '(?:[^']++|'')*+'
    | "(?:[^"]++|"")*+"
    | (?<!{_PART})\$(?P<tag>{_TAG})?\$.*?\$(?(tag)(?P=tag))\$
    | (?<!{_PART})\$(?P<name>[a-z_]\w*+)(?![^\x00-\x23\x25-\x7f])    # a parameter of ours: $name
    | ['"].* | (?<!{_PART})\$(?:{_TAG})?\$.*    # never closed
    | (?<!{_PART})(?:[bB][eE][gG][iI][nN]|[cC][aA][sS][eE]|[eE][nN][dD])(?!{_PART})
    | [;()]
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_GAP = r"(?:\s++|--[^\n\r]*+|/\*.*?\*/)++"
# What has semicolons of its own, as psql knows too: a function whose body is SQL between BEGIN ATOMIC and END, and a
# rule with several statements in parentheses.
_HAS_BODY = re.compile(
    rf"CREATE{_GAP}(?:OR{_GAP}REPLACE{_GAP})?(?:FUNCTION|PROCEDURE|(?P<rule>RULE))\b",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_ATOMIC = re.compile(rf"{_GAP}ATOMIC\b", re.IGNORECASE | re.DOTALL | re.ASCII)
_COMMENT_PART = re.compile(r"/\*|\*/")
_SPACE = " \t\n\r\f\v"
_BLANK = re.compile(rf"[{_SPACE}]*")


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
                yield first, text[first : match.start()].rstrip(_SPACE)
            first = None
        elif first is None and (not piece.startswith(("--", "/*")) or end > len(text)):
            first = match.start()
        depth = _depth(text, first, depth, match)
        at = end
    if first is None:
        first = _word(text, at, len(text))
    if first is not None:
        yield first, text[first:].rstrip(_SPACE)


def _depth(text: str, first: int | None, depth: int, match: re.Match[str]) -> int:
    """How deep in the body of a function, or in the parentheses of a rule, the text is behind a token."""
    word = match.group().upper()
    if word not in {"BEGIN", "CASE", "END", "(", ")"} or first is None or not (body := _HAS_BODY.match(text, first)):
        return depth
    if body["rule"]:
        return depth + {"(": 1, ")": -1}.get(word, 0)
    if word == "END":
        return max(depth - 1, 0)
    return depth + 1 if (depth and word == "CASE") or (word == "BEGIN" and _ATOMIC.match(text, match.end())) else depth


def names(sql: str) -> list[str]:
    """The parameters $name of a statement, as often as they stand in it."""
    return [match["name"] for match, _ in _tokens(sql) if match["name"]]


def numbered(sql: str, parameters: Container[str]) -> tuple[str, list[str]]:
    """A statement with those parameters $name that are meant as $1, $2 …, and their names in that order."""
    known: list[str] = []
    text, at = "", 0
    for match, _ in _tokens(sql):
        if (name := match["name"]) in parameters:
            if name not in known:
                known.append(name)
            text += f"{sql[at : match.start()]}${known.index(name) + 1}"
            at = match.end()
    return text + sql[at:], known


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
    return len(text) + 1 if depth else at  # Past the end: it is never closed, and the server is to say so.
