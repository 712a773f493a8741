"""Seed 003's target for semantic search, under 500 ms, measured on documents of 384 dimensions, and how it grows.

Run it with a Python that can load SQLite extensions and has sqlite-vec:
    python tests/benchmarks/abathur_search.py [DOCUMENTS ...]
Prints a Markdown table: medians of seven, the file in the operating system's cache.
"""

from __future__ import annotations

import array
import os
import random
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from runner import cli, engines
from runner.engines import Settings
from runner.errors import RungError
from runner.sqlfile import read_file
from runner.target import of_file

DIMENSIONS = 384
QUERY = Path("sql/queries/abathur/sqlite/document_search.sql")


def measure(documents: int, folder: Path) -> float:
    """Fill a database and search it; the median in ms."""
    target = of_file("sqlite", folder / f"{documents}.db")
    assert cli.run(["up", "abathur", "--url", target.shown, "--quiet"]) == 0
    session = engines.connect(target, "write", Settings())
    connection = session._connection  # type: ignore[attr-defined]
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO document_index (file_path, title, content_hash, embedding_blob) VALUES (?, ?1, ?1, ?2)",
        (
            (f"docs/{number}.md", array.array("f", [random.gauss(0, 1) for _ in range(DIMENSIONS)]).tobytes())
            for number in range(documents)
        ),
    )
    connection.execute("COMMIT")
    file = read_file(QUERY, "query")
    times = []
    for _ in range(7):
        wanted = array.array("f", [random.gauss(0, 1) for _ in range(DIMENSIONS)]).tobytes()
        started = perf_counter()
        (answer,) = session.answers(file, {"embedding": wanted, "rows": 10}, writes=False)
        times.append((perf_counter() - started) * 1000)
        assert len(answer.rows) == 10
    session.close()
    return statistics.median(times)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000]
    print("| documents | document_search | target | met |")
    print("|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            try:
                took = measure(size, Path(folder))
            except RungError as error:
                sys.exit("\n".join(error.lines()))
            print(f"| {size:,} | {took:.0f} ms | < 500 ms | {'yes' if took < 500 else '**no**'} |", flush=True)


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent.parent)
    main()
