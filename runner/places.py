"""Where a file names an object of the catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from runner.errors import Location
from runner.sqlfile import SqlFile

# What is said of any object, also of one that is itself a part of another.
SAYINGS = frozenset({"comment", "grant", "owner", "default", "identity", "toast options"})
_TOKEN = re.compile(
    r"""
    --[^\n]* | /\*.*?\*/ | [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*'      # nothing is named in these
    | (?P<open>\$(?P<tag>\w*)\$)(?P<body>.*?)\$(?P=tag)\$
    | "(?P<quoted>(?:[^"]|"")*)" | `(?P<ticked>[^`]*)`
    | (?P<word>[^\W\d][\w$]*)
    | (?P<end>;)
    """,
    re.VERBOSE | re.DOTALL,
)
_SAID_OF = re.compile(r"(?:materialized view|[a-z]+) (?P<name>.+?)(?: to \S+)?")
_OF_WHOM = re.compile(r"(?P<name>\S+) (?:of|in|on) .*")
# How the statements begin that are looked into first.
_MAKE = ("create", "alter", "comment", "grant")
_TAKE = ("drop", "delete", "truncate", "alter", "revoke")


def place_of(file: SqlFile, kind: str, name: str) -> Location | None:
    """Where a file names an object of the catalog, outside comments and strings; None where it does not.

    kind, name: as in sql/catalog, such as ``column``, ``orders.note``. In a forward file rather where something is
    made, in a rollback file rather where something is taken away. Of what has the name of a table before its own, and
    is not named itself, the place of the table.
    """
    sought = list(names_of(kind, name))
    if kind not in SAYINGS:
        # A column may have the name of its type, and a table that of its view.
        sought.insert(0, ("drop" if file.kind == "rollback" else "create", *kind.split(), *sought[0]))
    for names in sought:
        for words in _statements(file):
            if (offset := _named(words, names)) is not None:
                return file.at(offset)
    return None


_Words = tuple[tuple[str, int], ...]


@cache
def _statements(file: SqlFile) -> tuple[_Words, ...]:
    """The words of each statement, with their offsets, in the order in which to look into them. What stands between
    dollars comes last; a body of a trigger counts as several."""
    first = _TAKE if file.kind == "rollback" else _MAKE
    bodies = [(found["body"], found.start("body")) for found in _TOKEN.finditer(file.text) if found["body"]]
    return tuple(
        words
        for text, start in ((file.text, 0), *bodies)
        for words in sorted(_split(text, start), key=lambda words: words[0][0] not in first)
    )


def _split(text: str, start: int) -> Iterator[_Words]:
    words: list[tuple[str, int]] = []
    for found in _TOKEN.finditer(text + ";"):
        word = found["word"] or found["ticked"] or (found["quoted"] or "").replace('""', '"')
        if word:
            words.append((word.lower(), start + found.start()))
        elif found["end"] and words:
            yield tuple(words)
            words = []


def _named(words: _Words, names: Sequence[str]) -> int | None:
    """Where the last of the names stands behind the others; None where a statement does not have them all."""
    at, rest = None, iter(words)
    for name in names:
        at = next((offset for word, offset in rest if word == name), None)
        if at is None:
            return None
    return at


def names_of(kind: str, name: str) -> Iterator[tuple[str, ...]]:
    """The words by which an object may be named, one behind the other, the best first."""
    of_whom = _OF_WHOM.fullmatch(name) if kind in {"membership", "setting", "user mapping"} else None
    said = _SAID_OF.fullmatch(name) if kind in SAYINGS else of_whom
    for whole in ([said["name"]] if said else []) + [name]:
        bare = whole.partition("(")[0].lower()
        parts = tuple(part.strip('"') for part in bare.split("."))
        yield from filter(None, ((bare,), parts, parts[1:], parts[2:], parts[:-1], parts[:-2]))
