"""How long a drill takes against the plain `up`, seed rows, `down --all` and `up` of the same steps, each command a
process of its own, both in turns, PostgreSQL on one server that is running already.

Usage: python tests/benchmarks/drill.py [--repeat 5] [--json FILE] [FAMILY ...]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg

from runner import engines, project, throwaway
from runner.engines import Settings
from runner.sqlfile import read_file
from runner.target import FILES, of_file, parse

ROOT = Path(__file__).resolve().parents[2]


def rung(*arguments: str) -> None:
    command = [sys.executable, "-m", "runner", *arguments, "--quiet"]
    subprocess.run(command, cwd=ROOT, check=True, stdin=subprocess.DEVNULL)


def seed(family: str, engine: str, url: str) -> None:
    file = read_file(ROOT / "sql" / "seed" / family / f"{engine}.sql", "seed")
    session = engines.connect(parse(url), "write", Settings())
    session.begin()
    session.run_script(file)
    session.commit()
    session.close()


def plain(family: str, engine: str, url: str) -> float:
    """Seconds for up, down and up. The rows are written between them, and not counted."""
    began = time.perf_counter()
    rung("up", family, "--url", url)
    first = time.perf_counter() - began
    seed(family, engine, url)
    began = time.perf_counter()
    rung("down", family, "--url", url, "--all", "--yes")
    rung("up", family, "--url", url)
    return first + time.perf_counter() - began


def drilled(family: str, engine: str, scratch: str) -> float:
    began = time.perf_counter()
    rung("drill", family, "--engine", engine, "--scratch", scratch)
    return time.perf_counter() - began


@contextmanager
def database(server: throwaway.Server | None, engine: str) -> Iterator[tuple[str, str]]:
    """The URL of a new database and where a drill goes."""
    if server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE plain")
        yield server.url("plain"), server.url()
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("DROP DATABASE plain WITH (FORCE)")
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield of_file(engine, Path(folder) / "plain.db").shown, folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    print("| family | up, down, up | drill | ratio |\n|---|---:|---:|---:|")
    for family, known in project.families(ROOT).items():
        if options.families and family not in options.families:
            continue
        for engine in known:
            times: dict[Callable[..., float], list[float]] = {plain: [], drilled: []}
            with nullcontext() if engine in FILES else throwaway.server() as server:
                for _ in range(options.repeat):
                    with database(server, engine) as (url, scratch):
                        times[plain].append(plain(family, engine, url))
                        times[drilled].append(drilled(family, engine, scratch))
            one, other = statistics.median(times[plain]), statistics.median(times[drilled])
            found[f"{family} {engine}"] = {"plain_s": one, "drill_s": other, "ratio": other / one}
            print(f"| {family} | {one:.2f} s | {other:.2f} s | {other / one:.2f} |", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
