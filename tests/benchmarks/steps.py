"""What steps cost: rung, the least that Python can do, the engine's own program and other tools, in turns."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from peers import rung, tools
from runs import GROUPS, Database, Runs, Tool, database, run, server, tables
from workload import Step

# What takes files away comes last of all.
_LAST = ("down",)
OPERATIONS = {
    "up": "apply",
    "down": "roll back",
    "one": "apply, one transaction",
    "no-op": "nothing to apply",
    "status": "status",
}
# As JSON has them: Runs by tool.
Found = Mapping[str, Mapping[str, Any]]


def measure(
    engine: str,
    work: list[Step],
    repeat: int,
    chosen: Sequence[str],
    operations: Sequence[Sequence[str]] = GROUPS,
) -> dict[str, dict[str, Any]]:
    """The runs of each tool in turns, each group of operations on a database of its own."""
    found: dict[str, Runs] = {}
    left: list[tuple[Tool, list[str], Database]] = []
    with tempfile.TemporaryDirectory() as folder, server(engine) as started:
        place = Path(folder)
        known = list(tools(engine, work, place, chosen, lambda: database(engine, started, place)))
        for _ in range(repeat):
            for tool in known:
                runs = found.setdefault(tool.name, Runs(version=tool.version))
                for group in operations:
                    at = database(engine, started, place)
                    todo = [one for one in group if one in tool.commands]
                    _try(tool, [one for one in todo if one not in _LAST], at, runs, engine, len(work))
                    left.append((tool, [one for one in todo if one in _LAST], at))
                print(f"  {engine}, {len(work)}: {tool.name}", file=sys.stderr, flush=True)
        for tool, todo, at in left:
            _try(tool, todo, at, found[tool.name], engine, len(work))
    return {name: asdict(runs) for name, runs in found.items()}


def _try(tool: Tool, operations: Sequence[str], at: Database, runs: Runs, engine: str, number: int) -> None:
    """Run operations one after the other, up to one that fails or that does not do what it is there for."""
    for operation in operations:
        if operation in runs.failed:
            return
        seconds, peak, why = run(tool.commands[operation](at), tool.folder, tool.environment(at))
        there = tables(engine, at)
        if not why and there != (0 if operation == "down" else number):
            why = f"{there} tables are there"
        if why:
            runs.failed[operation] = why
            print(f"  {engine}: {tool.name} {operation}: {why}", file=sys.stderr)
            return
        runs.seconds.setdefault(operation, []).append(seconds)
        runs.peak[operation] = max(runs.peak.get(operation, 0), peak)


def helps(repeat: int) -> dict[str, list[float]]:
    """Seconds of `rung --help`, and of a Python that imports its option parser."""
    commands = {"rung": [*rung(), "--help"], "python": [sys.executable, "-c", "import argparse"]}
    found: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeat):
        for name, command in commands.items():
            found[name].append(run(command)[0])
    return found


def median(found: Found, name: str, operation: str) -> float | None:
    """The median of a tool's runs in seconds, where it has any."""
    seconds = found.get(name, {}).get("seconds", {}).get(operation)
    return statistics.median(seconds) if seconds else None


def table(found: Found) -> str:
    """Medians by tool and operation, with their ratios to the floor, as a table in Markdown."""
    lines = ["| | " + " | ".join(OPERATIONS.values()) + " |", "|---|" + "---:|" * len(OPERATIONS)]
    for name, runs in found.items():
        cells = []
        for operation in OPERATIONS:
            seconds, floor = median(found, name, operation), median(found, "floor", operation)
            ratio = f" ({seconds / floor:.2f})" if seconds and floor and name != "floor" else ""
            cells.append(f"{seconds:.2f} s{ratio}" if seconds else "failed" if operation in runs["failed"] else "")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
