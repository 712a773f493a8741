"""What verification costs on top of `up`: the families' own steps on a new database, each run a process of its own."""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from peers import rung
from runs import ENVIRONMENT, ROOT, Database, database, server

FAMILIES = {
    "abathur": "sqlite",
    "agentdb": "duckdb",
    "archon": "postgresql",
    "ggen": "sqlite",
    "mister_smith": "postgresql",
}
# Seconds: of the whole process, of the steps' SQL, of their verification.
Spent = tuple[float, float, float]


def measure(repeat: int, engines: Sequence[str]) -> dict[str, list[Spent]]:
    """What each run spent, by family, in turns."""
    found: dict[str, list[Spent]] = {family: [] for family, engine in FAMILIES.items() if engine in engines}
    for engine in dict.fromkeys(FAMILIES[family] for family in found):
        with tempfile.TemporaryDirectory() as folder, server(engine) as started:
            for _ in range(repeat):
                for family, spent in found.items():
                    if FAMILIES[family] == engine:
                        spent.append(_up(family, database(engine, started, Path(folder))))
    return found


def _up(family: str, at: Database) -> Spent:
    command = [*rung(), "up", family, "--url", at.url, "--json", "--quiet"]
    began = time.perf_counter()
    said = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True
    )
    took = time.perf_counter() - began
    steps = json.loads(said.stdout)["steps"]
    own, verified = (sum(step[name] for step in steps) / 1000 for name in ("duration_ms", "verify_ms"))
    return took, own, verified


def table(found: Mapping[str, Sequence[Spent]]) -> str:
    """Medians by family, as a table in Markdown."""
    lines = [
        "| family | `up`, the whole process | of it the steps' SQL | of it their verification | on top of the rest |",
        "|---|---:|---:|---:|---:|",
    ]
    for family, runs in found.items():
        took, own, verified = (statistics.median(times) for times in zip(*runs, strict=True))
        share = statistics.median(one[2] / (one[0] - one[2]) for one in runs)
        lines.append(
            f"| {family} | {took:.2f} s | {own * 1000:.0f} ms | {verified * 1000:.0f} ms | {share * 100:.0f} % |"
        )
    return "\n".join(lines)
