"""Killed at any moment, a database is at a step boundary, its ledger agrees, and the next run completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Rung, Tree, catalog, rows, write

DRIVER = Path(__file__).with_name("kill_driver.py")


def killed_before_every_statement(
    start: Path, folder: Path, first: int, by: int, command: list[object]
) -> list[tuple[int, Path]]:
    """The number of each statement before which a run was killed, and the database it left."""
    line = [sys.executable, DRIVER, start, folder, first, by, *command]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [str(part) for part in line], capture_output=True, text=True, check=False, timeout=300, env=environment
    )
    assert result.returncode == 0, result.stderr
    tries = [tuple(map(int, row.split()[1:])) for row in result.stdout.splitlines() if row.startswith("try ")]
    assert tries[-1][1] == 0, "the last try runs to its end"
    assert all(code == -signal.SIGKILL for _, code in tries[:-1])
    return [(number, folder / f"{number}.db") for number, _ in tries]


def boundaries(rung: Rung, root: Path, family: str, folder: Path, steps: int) -> dict[int, list[tuple[object, ...]]]:
    """The catalog with 0, 1, 2 … steps applied."""
    path = folder / "boundaries.db"
    found: dict[int, list[tuple[object, ...]]] = {0: []}
    for number in range(1, steps + 1):
        rung("up", family, "--project", root, "--url", f"sqlite:///{path}", "--to", number)
        found[number] = catalog(path)
    return found


def applied(path: Path) -> int:
    """How many steps the ledger says are applied; a file without a ledger has none."""
    tables = {name for (name,) in rows(path, "SELECT name FROM sqlite_schema WHERE name LIKE '\\_%' ESCAPE '\\'")}
    return int(rows(path, "SELECT count(*) FROM _yoyo_migration")[0][0]) if "_yoyo_migration" in tables else 0


@pytest.mark.parametrize("option", [[], ["--one-transaction"]], ids=["step by step", "one transaction"])
def test_up_killed_before_every_statement(option: list[str], rung: Rung, tree: Tree, tmp_path: Path) -> None:
    root = tree("good-third")
    known = boundaries(rung, root, "shop", tmp_path, 3)
    folder = tmp_path / "tries"
    folder.mkdir()
    command = ["up", "shop", "--project", root, "--url", "{url}", *option]
    tries = killed_before_every_statement(tmp_path / "none", folder, 1, 1, command)
    assert len(tries) > 60
    for _, path in tries:
        count = applied(path) if path.exists() else 0
        assert not option or count in (0, 3)
        if path.exists():
            assert catalog(path) == known[count]
            assert rows(path, "PRAGMA integrity_check") == [("ok",)]
        result = rung("up", "shop", "--project", root, "--url", f"sqlite:///{path}")
        assert result.code == 0, result.err
        assert catalog(path) == known[3]
        assert rows(path, "SELECT count(*) FROM _rung_step") == [(3,)]


def test_down_killed_before_every_statement_keeps_the_rows_below(rung: Rung, tree: Tree, tmp_path: Path) -> None:
    root = tree("good-third")
    known = boundaries(rung, root, "shop", tmp_path, 3)
    start = tmp_path / "start.db"
    rung("up", "shop", "--project", root, "--url", f"sqlite:///{start}")
    write(start, "INSERT INTO customers (id, name) VALUES (1, 'Ada')", "PRAGMA wal_checkpoint(TRUNCATE)")
    folder = tmp_path / "tries"
    folder.mkdir()
    command = ["down", "shop", "--project", root, "--url", "{url}", "--to", "0001"]
    for _, path in killed_before_every_statement(start, folder, 1, 1, command):
        count = applied(path)
        assert catalog(path) == known[count]
        assert rows(path, "SELECT name FROM customers") == [("Ada",)]
        assert rung("down", "shop", "--project", root, "--url", f"sqlite:///{path}", "--to", "0001").code == 0
        assert catalog(path) == known[1]
        assert rows(path, "SELECT name FROM customers") == [("Ada",)]


def test_ggen_killed_at_moments_all_along(rung: Rung, tmp_path: Path) -> None:
    known = boundaries(rung, ROOT, "ggen", tmp_path, 8)
    folder = tmp_path / "tries"
    folder.mkdir()
    tries = killed_before_every_statement(tmp_path / "none", folder, 3, 7, ["up", "ggen", "--url", "{url}"])
    seen = set()
    for _, path in tries:
        count = applied(path)
        seen.add(count)
        assert catalog(path) == known[count]
        result = rung("up", "ggen", "--url", f"sqlite:///{path}")
        assert result.code == 0, result.err
        assert catalog(path) == known[8]
        assert rung("verify", "ggen", "--url", f"sqlite:///{path}").code == 0
    assert seen == set(range(9))
