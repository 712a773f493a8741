"""What commands that are called often leave out: to load what they do not need, to read twice, to write."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Rung, Tree, steps_of

from runner import ledger
from runner.engines import Session

# Slow to load, and of no use where nothing is wrong and nobody asked for JSON.
_SLOW = frozenset(
    {
        *("difflib", "importlib.metadata", "jinja2", "json", "logging", "pkg_resources", "random", "sqlparse"),
        *("subprocess", "tempfile", "threading", "yoyo"),
    }
)
_EVERY = {"cli", "context", "engines", "errors", "examine", "ledger", "plan", "project", "report", "sqlfile", "target"}
_DRIVERS = {
    "sqlite": {"sqlite3", "_sqlite3"},
    "duckdb": {"duckdb", "_duckdb"},
    "postgresql": {"psycopg", "psycopg_binary"},
}


def _loaded(*arguments: object) -> set[str]:
    """The modules that a call of rung loads, in a process of its own."""
    code = (
        "import sys; known = {*sys.modules}\n"
        "from runner import cli\n"
        "try: cli.run(sys.argv[1:])\n"
        "finally: print('loaded', *{*sys.modules} - known, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
    )
    return set(next(line for line in ran.stderr.splitlines() if line.startswith("loaded ")).split()[1:])


def _ours(modules: set[str]) -> set[str]:
    return {name.removeprefix("runner.") for name in modules if name.startswith("runner.")}


def _drivers(modules: set[str]) -> set[str]:
    return {engine for engine, names in _DRIVERS.items() if names & modules}


@pytest.mark.parametrize("arguments", ["--help", "--version", "status --help", "up --help"])
def test_help_loads_the_command_line_and_nothing_else(arguments: str) -> None:
    loaded = _loaded(*arguments.split())
    assert _ours(loaded) == {"cli"}
    assert not loaded & (_SLOW | {"contextlib", "dataclasses", "datetime", "hashlib", "inspect", "pathlib", "typing"})


@pytest.mark.parametrize(
    ("command", "more"), [("status", {"looking"}), ("up", {"commands", "climb"})], ids=["status", "up"]
)
def test_a_command_loads_what_it_needs_and_the_driver_of_its_engine(
    command: str, more: set[str], rung: Rung, url: str
) -> None:
    assert rung("up", "ggen", "--url", url).code == 0
    loaded = _loaded(command, "ggen", "--url", url)
    assert {name for name in _ours(loaded) if not name.startswith("engines.")} == _EVERY | more
    # Of climb, which waits a random time where a lock was met.
    assert loaded & _SLOW <= ({"random"} if command == "up" else set())
    assert _drivers(loaded) == {"sqlite"}


@pytest.mark.parametrize(
    ("family", "url"),
    [("agentdb", "duckdb:///{}/test.duckdb"), ("archon", "postgresql://nobody@/nothing?host={}")],
    ids=["duckdb", "postgresql"],
)
def test_no_engine_loads_the_driver_of_another(family: str, url: str, tmp_path: Path, rung: Rung) -> None:
    engine = url.partition(":")[0]
    if engine == "duckdb":
        assert rung("up", family, "--url", url.format(tmp_path)).code == 0
    # On PostgreSQL no server answers there: the driver is loaded to find that out.
    loaded = _loaded("status", family, "--url", url.format(tmp_path))
    assert _drivers(loaded) == {engine}
    assert {name for name in _ours(loaded) if not name.startswith("engines.")} == _EVERY | {"looking"}
    assert not loaded & {"jinja2", "sqlparse", "yoyo"}


@pytest.mark.parametrize(("family", "scheme"), [("ggen", "sqlite"), ("agentdb", "duckdb")], ids=["sqlite", "duckdb"])
@pytest.mark.parametrize("command", ["status", "up"])
def test_where_nothing_is_to_be_done_nothing_is_written(
    command: str, family: str, scheme: str, database: Path, rung: Rung
) -> None:
    def found() -> tuple[bytes, list[str], int]:
        return (
            database.read_bytes(),
            sorted(path.name for path in database.parent.iterdir()),
            database.stat().st_mtime_ns,
        )

    address = f"{scheme}:///{database}"
    assert rung("up", family, "--url", address).code == 0
    before = found()
    assert before[1] == [database.name]
    result = rung(command, family, "--url", address)
    assert result.code == 0, result.err
    assert found() == before


@pytest.mark.parametrize("command", ["status", "up"])
def test_where_nothing_is_to_be_done_the_ledger_and_each_file_are_read_once(
    command: str, tree: Tree, rung: Rung, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree()
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    opened: list[str] = []
    real = os.open

    def counted(path: str, *rest: int) -> int:
        opened.append(str(path))
        return real(path, *rest)

    looked: list[str] = []
    read = ledger.read

    def seen(session: Session, family: str) -> ledger.Ledger:
        looked.append(family)
        return read(session, family)

    monkeypatch.setattr(os, "open", counted)
    monkeypatch.setattr(ledger, "read", seen)
    assert rung(command, "shop", "--project", root, "--url", url).code == 0
    monkeypatch.undo()
    assert looked == ["shop"]
    files = sorted(map(str, steps_of(root).rglob("*.sql")))
    assert len(files) == 6 and sorted(path for path in opened if path.startswith(str(root))) == files
