"""abathur's search by meaning: with the extension it finds, and without it, it says what is missing."""

from __future__ import annotations

import array
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ROOT, call, connect

LOADS = (
    "import sqlite3, sys;"
    "sys.exit(not hasattr(sqlite3.Connection, 'enable_load_extension') or sys.version_info < (3, 11))"
)


def capable() -> str:
    """A Python of this machine that can load SQLite's extensions."""
    for python in (sys.executable, "/usr/bin/python3"):
        if Path(python).exists() and not subprocess.run([python, "-c", LOADS], check=False).returncode:
            return python
    pytest.skip("no Python 3.11 or later that can load SQLite extensions is on this machine")


def extension() -> Path:
    """Where the package sqlite-vec is installed."""
    spec = importlib.util.find_spec("sqlite_vec")
    if not spec or not spec.origin:
        pytest.skip("sqlite-vec is not installed")
    return Path(spec.origin).parent


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[Path]:
    """A database with documents that point into different directions of a plane, and some that are not to be found."""
    path = tmp_path / "abathur.db"
    assert call("up", "abathur", "--url", f"sqlite:///{path}").code == 0
    rows = [
        ("docs/east.md", [1.0, 0.0]),
        ("docs/north.md", [0.0, 1.0]),
        ("docs/north-east.md", [1.0, 1.0]),
        ("docs/west.md", [-3.0, 0.0]),
        ("docs/of another model.md", [1.0, 0.0, 0.0]),
        ("docs/not embedded yet.md", None),
    ]
    with closing(connect(path)) as connection:
        connection.executemany(
            "INSERT INTO document_index (file_path, title, content_hash, embedding_blob) VALUES (?, ?1, ?1, ?2)",
            [(name, array.array("f", numbers).tobytes() if numbers else None) for name, numbers in rows],
        )
    yield path


def search(
    path: Path, python: str, *packages: Path, embedding: str = "[0.9, 0.1]", options: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """`rung query abathur document_search` by a Python that sees these folders as packages."""
    line = [
        python,
        *options,
        "-m",
        "runner",
        "query",
        "abathur",
        "document_search",
        "--url",
        f"sqlite:///{path}",
        "--json",
    ]
    line += ["--param", f"embedding={embedding}", "--param", "rows=10"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *packages)))}
    return subprocess.run(
        line, capture_output=True, text=True, check=False, timeout=60, env=environment, cwd=path.parent
    )


def test_the_nearest_come_first_and_what_cannot_be_compared_is_left_out(documents: Path, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / "sqlite_vec").symlink_to(extension())
    result = search(documents, capable(), packages)
    assert result.returncode == 0, result.stderr
    (answer,) = json.loads(result.stdout)["answers"]
    found = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    assert [row["file_path"] for row in found] == [f"docs/{way}.md" for way in ("east", "north-east", "north", "west")]
    assert found[0]["distance"] == pytest.approx(1 - 0.9 / (0.9**2 + 0.1**2) ** 0.5, abs=1e-6)
    assert found[3]["distance"] == pytest.approx(1 + 0.9 / (0.9**2 + 0.1**2) ** 0.5, abs=1e-6)
    bad = search(documents, capable(), packages, embedding="not numbers")
    assert bad.returncode == 3 and "document_search.sql:" in bad.stderr and "check the parameters" in bad.stderr


def test_without_the_extension_it_says_how_to_get_it(documents: Path) -> None:
    result = search(documents, capable(), options=("-S",))  # Without the packages that this Python has of its own.
    assert result.returncode == 3
    assert "requires the SQLite extension sqlite-vec, which is not installed" in result.stderr
    assert "pip install 'rung[vec]'" in result.stderr


def test_a_python_that_cannot_load_extensions_is_told_apart(documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Many builds of Python cannot, and then the connection has no such method. Where this one can, we look away.
    monkeypatch.setattr("runner.engines.sqlite_extensions.hasattr", lambda *_: False, raising=False)
    given = ("--param", "embedding=[1]", "--param", "rows=1", "--url", f"sqlite:///{documents}")
    result = call("query", "abathur", "document_search", *given)
    assert result.code == 3
    assert f"this Python cannot load one: {sys.executable}" in result.err
    assert "--enable-loadable-sqlite-extensions" in result.err
