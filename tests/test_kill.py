"""Killed at any moment, a database is at a step boundary, its ledger agrees, and the next run completes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Rung, Tree, catalog, rows, write

from runner import engines, examine, project
from runner.engines import Settings
from runner.examine import Object
from runner.target import of_file

DRIVER = Path(__file__).with_name("kill_driver.py")


def killed_before_every_statement(
    start: Path, folder: Path, first: int, by: int, command: list[object], engine: str = "sqlite"
) -> list[tuple[int, Path]]:
    """The number of each statement before which a run was killed, and the database it left."""
    line = [sys.executable, DRIVER, engine, start, folder, first, by, *command]
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


def duckdb_rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with contextlib.closing(duckdb.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def duckdb_state(path: Path) -> tuple[int, list[Object]]:
    """How many steps the ledger of a DuckDB file says are applied, and its catalog."""
    session = engines.connect(of_file("duckdb", path), "write", Settings())
    try:
        ledger = examine.state(session, project.load(path.parent.parent / "project", "shop", "duckdb"))
        return len(ledger.applied), examine.objects(session)
    finally:
        session.close()


@pytest.mark.parametrize("option", [[], ["--one-transaction"]], ids=["step by step", "one transaction"])
def test_duckdb_killed_before_a_statement_recovers_from_its_log(
    option: list[str], rung: Rung, tree: Tree, tmp_path: Path
) -> None:
    root = tree("duckdb")
    folder = tmp_path / "tries"
    folder.mkdir()
    known: dict[int, list[Object]] = {0: []}
    for number in (1, 2):
        url = f"duckdb:///{tmp_path / 'tries' / 'known.db'}"
        assert rung("up", "shop", "--project", root, "--url", url, "--to", number).code == 0
        known[number] = duckdb_state(folder / "known.db")[1]
    command = ["up", "shop", "--project", root, "--url", "{url}", *option]
    # Every seventh statement: a DuckDB file takes longer to open than SQLite's.
    tries = killed_before_every_statement(tmp_path / "none", folder, 1, 7, command, "duckdb")
    assert len(tries) > 6
    seen, logs = set(), 0
    for _, path in tries:
        logs += path.with_name(f"{path.name}.wal").exists()
        count, objects = duckdb_state(path)
        seen.add(count)
        assert objects == known[count]
        result = rung("up", "shop", "--project", root, "--url", f"duckdb:///{path}")
        assert result.code == 0, result.err
        assert duckdb_state(path) == (2, known[2])
        assert duckdb_rows(path, "SELECT count(*) FROM _rung_step") == [(2,)]
    assert seen == ({0, 2} if option else {0, 1, 2})
    assert option or logs > 2, "what was committed before a kill is in the write-ahead log, and was read from there"


def test_duckdb_down_killed_before_a_statement_keeps_the_rows_below(rung: Rung, tree: Tree, tmp_path: Path) -> None:
    root = tree("duckdb")
    folder = tmp_path / "tries"
    folder.mkdir()
    start = folder / "start.db"
    rung("up", "shop", "--project", root, "--url", f"duckdb:///{start}")
    duckdb_rows(start, "INSERT INTO customers VALUES (1, 'Ada')")
    command = ["down", "shop", "--project", root, "--url", "{url}"]
    for _, path in killed_before_every_statement(start, folder, 1, 5, command, "duckdb"):
        count, _ = duckdb_state(path)
        assert count in {1, 2}
        assert duckdb_rows(path, "SELECT name FROM customers") == [("Ada",)]
        assert rung("down", "shop", "--project", root, "--url", f"duckdb:///{path}", "--to", "0001").code == 0
        assert duckdb_rows(path, "SELECT name FROM customers") == [("Ada",)]


def test_duckdb_killed_in_the_middle_of_a_long_statement(rung: Rung, tree: Tree, tmp_path: Path) -> None:
    root = tree("duckdb")
    path = tmp_path / "tries" / "long.db"
    path.parent.mkdir()
    steps = root / "migrations" / "shop" / "duckdb"
    url = f"duckdb:///{path}"
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    duckdb_rows(path, "INSERT INTO customers SELECT r, 'n' || r FROM range(1000) AS t(r)")
    before = duckdb_state(path)
    for name, text in {
        "0003.shop-third.sql": "CREATE TABLE third AS SELECT r FROM range(100000000000) AS t(r);",
        "0003.shop-third.rollback.sql": "DROP TABLE third;",
        "verify/0003.shop-third.sql": "SELECT '', '' WHERE FALSE;",
    }.items():
        (steps / name).write_text(f"-- Third: a table that takes its time.\n\n{text}\n")
    line = [sys.executable, "-m", "runner", "up", "shop", "--project", str(root), "--url", url]
    for seconds in (0.4, 0.6, 0.9):
        with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            with pytest.raises(subprocess.TimeoutExpired):
                run.wait(seconds)
            run.kill()
        assert duckdb_state(path) == before
        assert duckdb_rows(path, "SELECT count(*) FROM customers") == [(1000,)]
    for file in steps.rglob("0003*"):
        file.unlink()
    assert rung("verify", "shop", "--project", root, "--url", url).code == 0
