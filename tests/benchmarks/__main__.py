"""What rung costs: beside the least that Python can do, the same words said to the engine by a loop, the engine's own
program and every other tool on the PATH, all in turns, each run a process of its own on a new database. Prints tables
of medians; writes all runs as JSON, a chart, and the tables into the README.

A part that is not measured now is taken from the JSON file, if it is there.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import re
import sqlite3
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import chart
import duckdb
import ladder
import steps
import verification
import workload
from runs import GROUPS, ROOT

from runner import throwaway

PARTS = ("steps", "ladder", "help", "flat", "files", "verification")
ENGINES = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgresql": "PostgreSQL"}
OWN = ("rung", "floor", "sqlite3", "psql")
UP = (("up",),)
Results = dict[str, Any]


def machine() -> str:
    """What it was measured on."""
    versions = (
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        f"DuckDB {duckdb.__version__}",
        *(
            f"PostgreSQL {found.version}"
            for found in [throwaway.find("installed") or throwaway.find("embedded")]
            if found
        ),
    )
    return f"{os.cpu_count()} CPUs, {', '.join(versions)}"


def measure(options: argparse.Namespace, results: Results, save: Callable[[], None]) -> None:
    """Measure the chosen parts, saving after each engine."""
    results["machine"] = machine()
    if "help" in options.parts:
        results["help"] = steps.helps(options.repeat * 5)
    if "verification" in options.parts:
        results["verification"] = verification.measure(options.repeat, options.engines)
    save()
    for engine in options.engines if "ladder" in options.parts else ():
        results.setdefault("ladder", {})[engine] = ladder.measure(engine, options.steps, options.repeat * 5)
        save()
    for engine in options.engines:
        for part, work, chosen, operations in _works(engine, options):
            found = steps.measure(engine, work(), options.repeat, chosen, operations)
            results.setdefault(part[0], {}).setdefault(part[1], {})[engine] = found
            save()


Work = tuple[tuple[str, str], Callable[[], list[workload.Step]], Sequence[str], Sequence[Sequence[str]]]


def _works(engine: str, options: argparse.Namespace) -> Iterator[Work]:
    """The part and its size, the steps, the tools, the operations."""
    if "steps" in options.parts:
        yield (
            ("steps", f"{options.steps:,} steps"),
            lambda: workload.steps(engine, options.steps),
            options.tools,
            GROUPS,
        )
    if "flat" in options.parts:
        for number in options.flat:
            yield ("flat", f"{number:,}"), lambda number=number: workload.steps(engine, number), OWN[:2], UP  # type: ignore[misc]
    if "files" in options.parts:
        title = f"{options.statements:,} statements"
        yield ("files", title), lambda: workload.large(options.statements, 4), OWN, UP
        title = f"{options.megabytes} MB in {options.megabytes} statements"
        yield ("files", title), lambda: workload.large(options.megabytes, 1_000_000), OWN, UP


def page(results: Results) -> str:
    """All tables, in Markdown."""
    parts = [f"On {results['machine']}."]
    for title, engines in results.get("steps", {}).items():
        for engine, found in engines.items():
            versions = ", ".join(f"{name} {runs['version']}" for name, runs in found.items() if runs["version"])
            parts.append(f"{title} on {ENGINES[engine]}" + (f"; {versions}:" if versions else ":"))
            parts.append(steps.table(found))
    if "ladder" in results:
        parts.append("What a `status` of as many applied steps is made of, by processes that each do one thing more:")
        parts.append(ladder.table({ENGINES[engine]: found for engine, found in results["ladder"].items()}))
    if "help" in results:
        ours, python = (statistics.median(results["help"][name]) for name in ("rung", "python"))
        parts.append(
            f"`rung --help` takes {ours * 1000:.0f} ms, a Python that imports argparse {python * 1000:.0f} ms "
            f"({ours / python:.2f})."
        )
    if "flat" in results:
        parts.append("Time a step, and the most memory of the process, by the number of steps:")
        parts.append(_sizes(results["flat"], lambda size: float(size.replace(",", "")) / 1000, "ms"))
    if "files" in results:
        parts.append("One step in one large file, and the most memory of the process:")
        parts.append(_sizes(results["files"], lambda _: 1, "s"))
    if "verification" in results:
        parts.append("What verification costs:")
        parts.append(verification.table(results["verification"]))
    return "\n\n".join(parts)


def _sizes(part: Results, per: Callable[[str], float], unit: str) -> str:
    """Time and memory by size: a line for each engine's tools."""
    lines = ["| | " + " | ".join(part) + " |", "|---|" + "---:|" * len(part)]
    for engine, label in ENGINES.items():
        for name in OWN:
            cells = []
            for size, engines in part.items():
                found = engines.get(engine, {})
                seconds = steps.median(found, name, "up")
                memory = found[name]["peak"]["up"] / 1e6 if seconds else 0
                cells.append(f"{seconds / per(size):.2f} {unit}, {memory:.0f} MB" if seconds else "")
            if any(cells):
                lines.append(f"| {label}, {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _bars(results: Results) -> dict[str, dict[str, float]]:
    """What the chart shows: seconds to apply, by engine and tool."""
    return {
        f"{ENGINES[engine]}, {title}": {name: took for name in found if (took := steps.median(found, name, "up"))}
        for title, engines in results.get("steps", {}).items()
        for engine, found in engines.items()
    }


def _words(known: Sequence[str] = ()) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        words = [word for word in text.split(",") if word]
        if known and (unknown := set(words).difference(known)):
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not of {','.join(known)}")
        return words

    return parse


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python tests/benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", type=_words(PARTS), default=list(PARTS), help=f"of {','.join(PARTS)}")
    parser.add_argument("--engines", type=_words(tuple(ENGINES)), default=list(ENGINES), help=f"of {','.join(ENGINES)}")
    parser.add_argument("--tools", type=_words(), default=[], help="of the steps (default: all that are here)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each (default 3)")
    parser.add_argument("--steps", type=int, default=1000, help="how many steps all tools are given")
    parser.add_argument(
        "--flat", type=lambda text: list(map(int, text.split(","))), default=[100, 1000, 10_000], help="sizes"
    )
    parser.add_argument("--statements", type=int, default=200_000, help="of one file")
    parser.add_argument("--megabytes", type=int, default=100, help="of the other file")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    parser.add_argument("--readme", type=Path)
    options = parser.parse_args()
    old: Results = json.loads(options.json.read_text()) if options.json and options.json.exists() else {}
    results = {part: found for part, found in old.items() if part not in options.parts}

    def save() -> None:
        if options.json:
            options.json.write_text(json.dumps(results, indent=2) + "\n")

    if options.parts:
        compileall.compile_dir(ROOT / "runner", quiet=2)
        measure(options, results, save)
    text = page(results)
    print(text)
    if options.chart:
        options.chart.write_text(chart.bars(_bars(results)))
    if options.readme:
        before, after = "<!-- steps: begin -->\n", "\n<!-- steps: end -->"
        page_now = options.readme.read_text()
        options.readme.write_text(
            re.sub(f"{before}.*?{after}", lambda _: f"{before}{text}{after}", page_now, flags=re.DOTALL)
        )


if __name__ == "__main__":
    main()
