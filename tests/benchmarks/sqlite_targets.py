"""What the benchmarks of SQLite families share: a database of each size, medians, and a Markdown table of targets."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of a table: what is measured, the seed's target in ms if it has one, and how to do it."""

    name: str
    target_ms: float | None
    run: Callable[[sqlite3.Connection], object]


@contextlib.contextmanager
def filling(file: Path, steps: Path) -> Iterator[sqlite3.Connection]:
    """A new database with the forward files of a family, to be filled; without a journal, since a failed build is
    thrown away. Analyzed and in WAL mode afterwards."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        for step in sorted(steps.glob("[0-9]*.sql")):
            if not step.name.endswith(".rollback.sql"):
                connection.executescript(step.read_text(encoding="utf-8"))
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")


def median_ms(connection: sqlite3.Connection, operation: Operation, repeat: int) -> float:
    times: list[float] = []
    operation.run(connection)  # once for the caches
    while len(times) < repeat and (len(times) < 3 or sum(times) < 10_000):
        start = time.perf_counter()
        operation.run(connection)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def measure(file: Path, operations: Sequence[Operation], repeat: int) -> dict[str, float]:
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return {operation.name: median_ms(connection, operation, repeat) for operation in operations}


def shown(value: float, target: float | None) -> str:
    number = f"{value:.2f}" if value < 10 else f"{value:,.0f}"
    return f"{number} ms" + (" **missed**" if target and value >= target else "")


def verdict(target: float | None, measured: dict[int, float]) -> str:
    if target is None:
        return ""
    met = [f"{size:,}" for size, value in measured.items() if value < target]
    if len(met) == len(measured):
        return "at every size"
    return f"at {', '.join(met)}" if met else "no"


def table(operations: Sequence[Operation], unit: str, measured: dict[int, dict[str, float]]) -> str:
    lines = [
        "| operation | seed's target | " + " | ".join(f"{size:,} {unit}" for size in measured) + " | met |",
        "| --- | ---: | " + "---: | " * len(measured) + "--- |",
    ]
    for operation in operations:
        values = {size: found[operation.name] for size, found in measured.items()}
        target = f"< {operation.target_ms:g} ms" if operation.target_ms else "none"
        cells = " | ".join(shown(value, operation.target_ms) for value in values.values())
        lines.append(f"| {operation.name} | {target} | {cells} | {verdict(operation.target_ms, values)} |")
    return "\n".join(lines)


def run(
    about: str,
    unit: str,
    sizes: Sequence[int],
    build: Callable[[Path, int], None],
    operations: Callable[[int], list[Operation]],
    arguments: Sequence[str] | None = None,
) -> None:
    """Build, measure and print. about: the first line of the help; unit: what is counted; operations: for a size."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rows", type=int, nargs="+", default=list(sizes), metavar="N")
    parser.add_argument("--repeat", type=int, default=25, metavar="N", help="runs of which the median is taken")
    parser.add_argument("--directory", type=Path, help="where the databases go while they are needed")
    options = parser.parse_args(arguments)
    measured = {}
    notes = []
    for size in options.rows:
        with tempfile.TemporaryDirectory(dir=options.directory) as folder:
            file = Path(folder) / "benchmark.db"
            start = time.perf_counter()
            build(file, size)
            took = time.perf_counter() - start
            notes.append(f"{size:,} {unit}: {file.stat().st_size / 1e6:,.0f} MB, built in {took:.0f} s")
            print(notes[-1], file=sys.stderr)
            measured[size] = measure(file, operations(size), options.repeat)
    engine = f"SQLite {sqlite3.sqlite_version}, Python {platform.python_version()}, {os.cpu_count()} CPUs."
    print(f"{engine} {'. '.join(notes)}.\n")
    print(table(operations(options.rows[0]), unit, measured))
