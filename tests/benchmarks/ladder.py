"""What a `status` is made of: processes that each do one thing more than the one before, in turns."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import workload
from peers import rung
from replay import LEVELS
from runs import ENVIRONMENT, HERE, ROOT, database, run, server
from workload import FAMILY

RUNGS = {
    "python": "a Python that does nothing",
    "driver": "the engine's driver",
    "query": "a connection and one query",
    "files": "every file, read and hashed",
    "engine": "all that rung asks the engine",
    "modules": "rung's modules, imported",
    "rung": "headers, comparison, the table that is printed",
}
# Seconds of each run, by rung.
Climbed = Mapping[str, Sequence[float]]


def measure(engine: str, number: int, repeat: int) -> dict[str, list[float]]:
    """What each process took, where so many steps are applied."""
    found: dict[str, list[float]] = {name: [] for name in RUNGS}
    with tempfile.TemporaryDirectory() as folder, server(engine) as started:
        place = Path(folder)
        tree, kept, at = place / "tree", str(place / "status.said"), database(engine, started, place)
        workload.for_rung(tree, engine, workload.steps(engine, number))
        of = [FAMILY, "--project", str(tree), "--quiet", "--url", at.url]
        replay = [sys.executable, str(HERE / "replay.py")]
        for words in ([*rung(), "up", *of], [*replay, "record", engine, kept, "status", *of]):
            subprocess.run(
                words, cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True
            )
        commands = {
            "python": [sys.executable, "-c", "pass"],
            **{level: [*replay, "again", engine, kept, at.path or at.url, level] for level in LEVELS},
            "rung": [*rung(), "status", *of],
        }
        for _ in range(repeat):
            for name, command in commands.items():
                seconds, _, why = run(command)
                if why:
                    raise RuntimeError(f"{name}: {why}")
                found[name].append(seconds)
    return found


def table(found: Mapping[str, Climbed]) -> str:
    """What each adds to the one before it in ms, by engine, as a table in Markdown. Medians."""
    lines = ["| | " + " | ".join(found) + " |", "|---|" + "---:|" * len(found)]
    took = {engine: {name: statistics.median(runs[name]) * 1000 for name in RUNGS} for engine, runs in found.items()}
    before = dict.fromkeys(found, 0.0)
    for name, what in RUNGS.items():
        cells = [f"{took[engine][name] - before[engine]:.0f} ms" for engine in found]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
        before = {engine: took[engine][name] for engine in found}
    return "\n".join(
        [*lines, "| together | " + " | ".join(f"{took[engine]['rung']:.0f} ms" for engine in found) + " |"]
    )
