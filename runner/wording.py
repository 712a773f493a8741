"""One wording for definitions that say the same: what SQLite stores of a table changes with how it came about."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    '(?:[^']|'')*' | \[[^]]*\] | `[^`]*`      # what may hold anything
    | --[^\n]*(?:\n|\Z) | /\*.*?\*/
    | "(?P<name>[a-z_][a-z0-9_]*)"            # a name in quotes that it does not need
    | "(?:[^"]|"")*"
    | (?P<blank>\s+)
    | [(),]
    | [^'"`\[\s(),/-]+ | .
    """,
    re.VERBOSE | re.DOTALL,
)


def plain(definition: str) -> str:
    """A definition without quotes around names that need none, a table's with one column or constraint a line.

    SQLite puts names into quotes where it renames a table, and writes what ALTER TABLE adds behind what was there,
    though the objects are the same. Names with capital letters keep their quotes, comments stay.
    """
    is_table = definition.split(None, 2)[:2] == ["CREATE", "TABLE"]
    if not is_table and '"' not in definition:
        return definition
    tokens = list(_TOKEN.finditer(definition))
    if not is_table:
        return "".join(token["name"] or token[0] for token in tokens)
    text, depth = "", 0
    for token in tokens:
        piece = token["name"] or token[0]
        if token["blank"]:
            piece = "" if text.endswith(("(", "\n", " ")) else " "
        elif piece == "(":
            depth += 1
            piece = "(\n" if depth == 1 else piece
        elif piece == ")":
            depth -= 1
            text = text.rstrip(" \n") if depth else text.rstrip(" \n") + "\n"
        elif piece == ",":
            text = text.rstrip(" ")
            piece = ",\n" if depth == 1 else ", "
        text += piece
    return re.sub(r"(?m)^(?=[^)\n])", "    ", text).removeprefix("    ")


def mentions(text: str, name: str) -> bool:
    """Whether a text names something: as a word, and not as the first part of a longer name."""
    return bool(re.search(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", text, re.IGNORECASE))
