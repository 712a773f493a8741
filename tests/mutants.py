"""Small lies about a schema: the ways in which an object can differ from what its step made."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Each place that a pattern matches is changed by itself.
_SUBSTITUTIONS: tuple[tuple[str, str], ...] = (
    (r" NOT NULL\b", ""),
    (r"\bUNIQUE ", ""),
    (r" AUTOINCREMENT\b", ""),
    (r" DEFAULT [\w']+", ""),
    (r" DEFAULT\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", ""),
    (r" DEFERRABLE INITIALLY DEFERRED\b", ""),
    (r"\bDESC\b", "ASC"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bINTEGER\b", "TEXT"),
    (r"\bTEXT\b", "BLOB"),
    (r"\bTIMESTAMP WITH TIME ZONE\b", "TIMESTAMP"),
    (r"\bTIMESTAMP\b", "TEXT"),
    (r"\bVARCHAR\b", "BLOB"),
    (r"\bBOOLEAN\b", "VARCHAR"),
    (r"\bJSON\b", "VARCHAR"),
    (r"\bREAL\b", "INTEGER"),
    (r"(?<=')\w", "x"),
    (r"\d+", "7"),
    (r">=", ">"),
    (r"<=", "<"),
    (r"<>", "="),
    (r"(?<![<>!])=", "<>"),
    (r"(?<=\w) \+ ", " - "),
    (r" / ", " * "),
    (r"\bAND\b", "OR"),
    (r"\bOR\b", "AND"),
    (r"\bLEFT JOIN\b", "JOIN"),
    (r"\b(?:avg|AVG)\(", "max("),
    (r"\b(?:sum|SUM)\(", "max("),
    (r"\b(?:count|COUNT)\((?!\*)", "max("),
    (r"\b(?:count|COUNT)\(\*\)", "7"),
    (r"\b(?:min|MIN)\(", "max("),
    (r"\b(?:max|MAX)\(", "min("),
    (r"\bAFTER\b", "BEFORE"),
    (r"\bUPDATE OF\b", "DELETE ON x --"),
    (r"\bON DELETE \w+( \w+)?", ""),
)


def of(definition: str) -> Iterator[tuple[str, str]]:
    """Mutants of a CREATE statement, each with a description: a line left out, or one place changed.

    Not all of them are valid SQL: the engine is asked which are.
    """
    definition = definition if "\n" in definition else broken(definition)
    lines = definition.split("\n")
    for number, line in enumerate(lines[1:], start=1):
        if not line.strip():
            continue
        yield f"without line {line.strip()!r}", "\n".join(lines[:number] + lines[number + 1 :])
        if number == len(lines) - 2:
            # The last entry of a list goes with the comma before it.
            shorter = [*lines[: number - 1], lines[number - 1].rstrip(","), *lines[number + 1 :]]
            yield f"without last line {line.strip()!r}", "\n".join(shorter)
    for pattern, replacement in _SUBSTITUTIONS:
        for match in re.finditer(pattern, definition):
            mutant = definition[: match.start()] + replacement + definition[match.end() :]
            if mutant != definition:
                line = definition.count("\n", 0, match.start())
                yield f"{match.group()!r} as {replacement!r} in {lines[line].strip()!r}", mutant


def broken(definition: str) -> str:
    """A definition that its engine stores on one line, over lines: one for each entry of its list and each clause."""
    pieces = re.split(
        r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[(),]| (?=FROM |WHERE |GROUP BY |ORDER BY |LEFT JOIN ))", definition
    )
    depth, text = 0, ""
    for piece in pieces:
        depth -= piece == ")"
        text += "\n)" if piece == ")" and not depth else piece
        if (piece == "," and depth <= 1) or (piece == "(" and not depth) or (piece == " " and depth <= 1):
            text += "\n"
        depth += piece == "("
    return text
