"""What the judges of `rung lint` are given, and what kinds of statement there are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from runner.sqlfile import SqlFile

# What hides words: comments and quoted text.
_HIDING = re.compile(r"""--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'|"(?:[^"]|"")*\"""", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]\w*")
_WORD_OR_PARENTHESIS = re.compile(r"[()]|[A-Za-z_]\w*")
_VERBS = frozenset({"SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE", "MERGE"})
# Words between CREATE, ALTER or DROP and the sort of object, which change nothing of what it is.
_MODIFIERS = frozenset(
    {
        *("OR", "REPLACE", "TEMP", "TEMPORARY", "LOCAL", "GLOBAL", "UNLOGGED", "PERSISTENT", "UNIQUE", "RECURSIVE"),
        *("CONSTRAINT", "TRUSTED", "PROCEDURAL"),
    }
)
# Sorts of object that take two words or more, by the first.
_LONG = {
    "MATERIALIZED": ("VIEW",),
    "VIRTUAL": ("TABLE",),
    "FOREIGN": ("DATA", "WRAPPER", "TABLE"),
    "EVENT": ("TRIGGER",),
    "ACCESS": ("METHOD",),
    "USER": ("MAPPING",),
    "OPERATOR": ("CLASS", "FAMILY"),
    "TEXT": ("SEARCH", "CONFIGURATION", "DICTIONARY", "PARSER", "TEMPLATE"),
    "DEFAULT": ("PRIVILEGES", "CONVERSION"),
    "LARGE": ("OBJECT",),
}
# The same thing in other words.
_SAME: dict[str, str] = {
    **dict.fromkeys(("VALUES", "TABLE", "FROM", "DESCRIBE", "SUMMARIZE"), "SELECT"),
    "REPLACE": "INSERT",
    "START": "BEGIN",
    "END": "COMMIT",
    "ABORT": "ROLLBACK",
    "ANALYSE": "ANALYZE",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One SQL file to judge. engine: sqlite, duckdb or postgresql. transactional: False where its header says so."""

    file: SqlFile
    engine: str
    transactional: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as the engine's own parser tells it apart.

    start, end: offsets into the file's text; start is at the first word, comments before it skipped; the semicolon is
    within. kind: what it is, the same phrase on every engine (kind_of()). reads: the parser says that it only reads.
    """

    text: str
    start: int
    end: int
    kind: str
    reads: bool


def kind_of(text: str) -> str:
    """What a statement is, by its first words, upper case: ``CREATE TABLE``, ``DROP INDEX``, ``INSERT``, ``BEGIN``.

    OR REPLACE, TEMP, UNIQUE and the like are left out, and so is a WITH before the word that counts.
    """
    words: list[str] = [word.upper() for word in _WORD.findall(_HIDING.sub(" ", text[:1000]))] or [""]
    if words[0] == "WITH":
        verb = _main_verb(text)
        return _SAME.get(verb, verb)
    if words[0] in {"CREATE", "ALTER", "DROP"}:
        return " ".join([words[0], *_sort(words[1:])])
    if words[0] == "REFRESH":
        return "REFRESH MATERIALIZED VIEW"
    return _SAME.get(words[0], words[0])


def blank(text: str) -> str:
    """A comment as long as a statement, on as many lines: what stands for one that a judge cannot parse."""
    filled = re.sub(r"[^\n]", "x", text)
    close = filled.rfind("xx")
    return f"/*{filled[2:close]}*/{filled[close + 2 :].replace('x', ' ')}"


def _sort(words: list[str]) -> list[str]:
    """The sort of object that the words after CREATE, ALTER or DROP name."""
    rest = list(dropwhile(_MODIFIERS.__contains__, words))
    return rest[:1] + list(takewhile(_LONG.get(rest[0], ()).__contains__, rest[1:])) if rest else []


def _main_verb(text: str) -> str:
    """What follows the common table expressions of a WITH: the first verb outside parentheses."""
    depth = 0
    for match in _WORD_OR_PARENTHESIS.finditer(_HIDING.sub(" ", text)):
        word = match.group().upper()
        depth += {"(": 1, ")": -1}.get(word, 0)
        if not depth and word in _VERBS:
            return word
    return "WITH"
