"""What the judges of `rung lint` are given, and what the engine's parser found in it."""

from __future__ import annotations

from dataclasses import dataclass

from runner.sqlfile import SqlFile


@dataclass(frozen=True, slots=True)
class Source:
    """One SQL file to judge. engine: sqlite, duckdb or postgresql. transactional: False where its header says so."""

    file: SqlFile
    engine: str
    transactional: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as the engine's own parser tells it apart.

    start, end: offsets into the file's text; start is at the first word, comments before it skipped.
    kind: what it is, the same phrase on every engine, such as ``CREATE TABLE`` or ``INSERT``.
    reads: the parser says that it only reads.
    """

    text: str
    start: int
    end: int
    kind: str
    reads: bool
