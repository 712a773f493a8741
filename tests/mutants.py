"""Small lies about a schema: the ways in which an object can differ from what its step made."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg

from runner.engines import Session
from runner.examine import Object

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


_TYPES = {
    "text": "varchar(7)",
    "character varying": "text",
    "integer": "bigint",
    "bigint": "numeric",
    "smallint": "integer",
    "numeric": "double precision",
    "double precision": "numeric",
    "boolean": "text",
    "uuid": "text",
    "jsonb": "json",
    "inet": "text",
    "bytea": "text",
    "interval": "text",
    "timestamp with time zone": "timestamp",
    "date": "timestamp",
}


def on_postgresql(session: Session, made: list[Object]) -> Iterator[str]:
    """Put one lie after the other into a PostgreSQL database, where an object can be altered in its place; each is
    undone before the next."""
    connection = session._connection  # type: ignore[attr-defined]
    for item in made:
        for description, statements in _lies(item):
            session.begin()
            # A session closes the path after its own work, so that nobody's names stand before the server's.
            connection.execute("SET LOCAL search_path TO public")
            try:
                for statement in statements:
                    connection.execute(statement.replace(" SCHEMA of the schema", " SCHEMA public"))
            except psycopg.Error as error:
                # What a partition inherits, and what partitions are made by, cannot be dropped.
                excused = isinstance(error, psycopg.errors.InvalidTableDefinition)
                assert description != "dropped" or excused, f"{item.kind} {item.name} cannot be dropped: {error}"
                session.rollback()
                continue
            yield f"{item.kind} {item.name} {description}"
            session.rollback()


def _lies(item: Object) -> Iterator[tuple[str, list[str]]]:
    table, _, name = item.name.partition(".")
    drop = {
        "table": f"DROP TABLE {item.name} CASCADE",
        "column": f"ALTER TABLE {table} DROP COLUMN {name} CASCADE",
        "constraint": f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE',
        "trigger": f"DROP TRIGGER {name} ON {table}",
        "policy": f'DROP POLICY "{name}" ON {table}',
        "rule": f"DROP RULE {name} ON {table}",
        "row security": f"ALTER TABLE {item.name} DISABLE ROW LEVEL SECURITY",
        "grant": item.definition.replace("GRANT", "REVOKE", 1)
        .replace(" WITH GRANT OPTION", "")
        .replace(" TO ", " FROM "),
        "comment": f"{item.definition.partition(' IS ')[0]} IS NULL",
    }.get(item.kind, f"DROP {item.kind} {item.name} CASCADE")
    yield "dropped", [drop]
    if item.kind in {"constraint", "index", "view", "materialized view", "trigger", "policy", "rule", "function"}:
        for description, definition in of(item.definition):
            # A function is replaced where it stands, because a trigger or policy may stand on it.
            yield description, [definition] if item.kind == "function" else [drop, definition]
    if item.kind == "column":
        yield from _lies_of_a_column(table, name, item.definition)
    if item.kind == "grant":
        for privilege in re.findall(r"[A-Z]+(?: \(\w+\))?", item.definition.partition(" ON ")[0].removeprefix("GRANT")):
            yield f"without {privilege}", [re.sub(r"^REVOKE .*? ON", f"REVOKE {privilege} ON", drop)]
        yield "widened", [re.sub(r"^GRANT .*? ON", "GRANT ALL ON", item.definition)]
    if item.kind == "trigger":
        yield "disabled", [f"ALTER TABLE {table} DISABLE TRIGGER {name}"]
    if item.kind == "row security" and "FORCE" in item.definition:
        yield "not forced", [f"ALTER TABLE {item.name} NO FORCE ROW LEVEL SECURITY"]
    if item.kind == "comment":
        yield "altered", [f"{item.definition.partition(' IS ')[0]} IS 'another'"]
    if item.kind == "table" and "PARTITION" not in item.definition:
        yield "unlogged", [f"ALTER TABLE {item.name} SET UNLOGGED"]


def _lies_of_a_column(table: str, name: str, definition: str) -> Iterator[tuple[str, list[str]]]:
    alter = f"ALTER TABLE {table} ALTER COLUMN {name}"
    null = "DROP" if "NOT NULL" in definition else "SET"
    yield f"with {null} NOT NULL", [f"{alter} {null} NOT NULL"]
    if " DEFAULT " in definition and "IDENTITY" not in definition:
        yield "without its default", [f"{alter} DROP DEFAULT"]
    if "IDENTITY" in definition:
        yield "without its identity", [f"{alter} DROP IDENTITY"]
    found = definition.partition(f"ADD COLUMN {name} ")[2]
    for known, other in _TYPES.items():
        if found.startswith(known):
            yield f"as {other}", [f"{alter} DROP DEFAULT", f"{alter} TYPE {other} USING {name}::text::{other}"]
            break
