"""Steps that adopt: what an older database has already is verified, recorded, and left alone on the way down."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Rung, Tree, catalog, rows, write


@pytest.fixture
def older(database: Path) -> Path:
    """A database that has what step 0003 makes, written otherwise, with a row in it."""
    write(database, "create table Third(id integer  )", "CREATE INDEX third_id_idx on third(id)")
    write(database, "INSERT INTO third VALUES (3)")
    return database


def test_what_is_there_is_adopted_and_stays(rung: Rung, tree: Tree, url: str, older: Path) -> None:
    root = tree("adopts")
    before = catalog(older)
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 0, result.err
    assert "0003.shop-third                        up     adopted   verified" in result.out
    assert "0003.shop-third      applied (adopted)" in rung("status", "shop", "--project", root, "--url", url).out
    assert rows(older, "SELECT verification, rollback_sql FROM _rung_step ORDER BY migration_id")[2] == (
        "adopted",
        None,
    )
    shown = rung("down", "shop", "--project", root, "--url", url, "--dry-run")
    assert "0003.shop-third: adopted, so nothing runs and what it found stays" in shown.out
    assert "DROP TABLE" not in shown.out
    result = rung("down", "shop", "--project", root, "--url", url, "--all")
    assert result.code == 0, result.err
    assert catalog(older) == before and rows(older, "SELECT * FROM third") == [(3,)]
    assert rung("up", "shop", "--project", root, "--url", url).code == 0, "and the way up is open again"


def test_where_it_is_not_there_the_step_runs_and_goes(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree("adopts")
    report = rung("up", "shop", "--project", root, "--url", url, "--json").json
    assert [step["adopted"] for step in report["steps"]] == [False] * 3
    assert "third" in [name for _, name, _ in catalog(database)]
    assert rung("down", "shop", "--project", root, "--url", url).code == 0
    assert "third" not in [name for _, name, _ in catalog(database)]


def test_a_part_of_it_is_refused_with_names(rung: Rung, tree: Tree, url: str, older: Path) -> None:
    root = tree("adopts")
    write(older, "DROP INDEX third_id_idx")
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 3
    assert "0003.shop-third.sql:2:1: of what 0003.shop-third makes or adopts, some is there" in result.err
    assert "there:   third\n" in result.err and "missing: third_id_idx\n" in result.err
    assert "0003.shop-third was undone completely; the 2 steps before it stay applied" in result.err


def test_what_is_there_must_hold_as_if_the_step_had_made_it(rung: Rung, tree: Tree, url: str, older: Path) -> None:
    root = tree("adopts")
    write(older, "DROP INDEX third_id_idx", "ALTER TABLE third RENAME COLUMN id TO number")
    write(older, "CREATE INDEX third_id_idx ON third (number)")
    before = catalog(older)
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 3
    assert "third.id: is missing" in result.err and "bring what is there into the form" in result.err
    assert [item for item in catalog(older) if "third" in item[1].lower()] == before


def test_an_adopted_step_whose_file_is_gone_goes_down_from_the_ledger(
    rung: Rung, tree: Tree, url: str, older: Path
) -> None:
    root = tree("adopts")
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    for file in (root / "migrations").rglob("0003*"):
        file.unlink()
    assert "rung down shop --from-ledger" in rung("down", "shop", "--project", root, "--url", url).err
    assert rung("down", "shop", "--project", root, "--url", url, "--from-ledger").code == 0
    assert rows(older, "SELECT * FROM third") == [(3,)]
