"""SQL files of the project, run on SQLite by tests that look at their answers."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]
Violation = tuple[str, str]


def statements(text: str) -> Iterator[str]:
    """The statements of a text, each with its semicolon."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    assert not statement.strip(), "the last statement does not end"


def violations(connection: sqlite3.Connection, file: Path) -> list[Violation]:
    """Every row of every statement of a verify or check file, which may not write."""
    connection.execute("PRAGMA query_only = ON")
    try:
        found: list[Violation] = []
        for statement in statements(file.read_text(encoding="utf-8")):
            cursor = connection.execute(statement)
            assert [entry[0] for entry in cursor.description] == ["subject", "problem"]
            found += cursor.fetchall()
        return found
    finally:
        connection.execute("PRAGMA query_only = OFF")


@dataclass(frozen=True, slots=True)
class Queries:
    """The named queries in a folder."""

    folder: Path

    def text(self, name: str) -> str:
        return (self.folder / f"{name}.sql").read_text(encoding="utf-8")

    def header(self, name: str, key: str) -> str:
        found = re.search(rf"^-- {key}: (.*(?:\n--   .*)*)", self.text(name).split("\n\n")[0], re.MULTILINE)
        return re.sub(r"\n--\s+", " ", found.group(1)) if found else ""

    def parameters(self, name: str) -> set[str]:
        return set(re.findall(r"(\w+) \([^)]*\)(?:, |$)", self.header(name, "params")))

    def writes(self, name: str) -> bool:
        return self.header(name, "writes") == "yes"

    def statements(self, name: str) -> Iterator[str]:
        return statements(self.text(name))

    def run(self, connection: sqlite3.Connection, name: str, **values: Any) -> list[Row]:
        """Run a query as rung does: what does not write cannot write."""
        connection.execute(f"PRAGMA query_only = {'OFF' if self.writes(name) else 'ON'}")
        try:
            rows: list[Row] = []
            for statement in self.statements(name):
                rows += connection.execute(statement, values).fetchall()
            return rows
        finally:
            connection.execute("PRAGMA query_only = OFF")
