"""`rung snapshot`: the file that says what the steps build, written and held against them."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, Rung, Tree, steps_of
from servers import Servers

from runner import context, snapshotting
from runner.project import families

SNAPSHOT = """\
-- table customers
CREATE TABLE customers (
"""


@pytest.fixture
def shop(tree: Tree) -> Path:
    return tree()


def snapshot_of(root: Path, engine: str = "sqlite") -> Path:
    return root / "tests" / "snapshots" / f"shop.{engine}.sql"


def test_it_is_written_and_then_it_is_the_same(rung: Rung, shop: Path) -> None:
    result = rung("snapshot", "shop", "--project", shop, "--json")
    assert result.code == 0, result.err
    file = snapshot_of(shop)
    assert result.json["snapshots"] == [{"family": "shop", "engine": "sqlite", "file": str(file), "same": False}]
    assert result.json["checked"][0]["holds"]
    text = file.read_text(encoding="utf-8")
    assert text.startswith(SNAPSHOT) and text.endswith(";\n") and "\n\n-- table orders\n" in text
    assert "_rung_step" not in text and "_yoyo" not in text
    before = file.stat().st_mtime_ns
    result = rung("snapshot", "--project", shop)
    assert (result.code, file.stat().st_mtime_ns) == (0, before)
    assert result.out == f"  the same {file}\n0 of 1 snapshot written; the rest said what the steps build already.\n"
    result = rung("snapshot", "--project", shop, "--check", "--json")
    assert result.code == 0 and result.json["snapshots"][0]["same"] is True


def test_check_writes_nothing_and_shows_where_it_differs(rung: Rung, shop: Path) -> None:
    file = snapshot_of(shop)
    result = rung("snapshot", "--project", shop, "--check")
    assert result.code == 1 and not file.exists()
    assert f"  missing  {file}:1\n0 of 1 snapshot say what the steps build.\n" in result.out
    assert rung("snapshot", "--project", shop).code == 0
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    at = lines.index("-- table orders")
    file.write_text(text.replace("-- table orders", "-- table odders"), encoding="utf-8")
    result = rung("snapshot", "--project", shop, "--check", "--json")
    assert result.code == 1 and result.json["snapshots"][0]["same"] is False
    (notice,) = result.json["checked"][0]["notices"]
    assert (notice["rule"], notice["file"], notice["line"]) == ("snapshot", str(file), at + 1)
    assert {"--- table odders", "+-- table orders"} <= set(notice["detail"])
    assert "rung snapshot shop --engine sqlite" in notice["hint"]
    assert (
        "           --- table odders\n           +-- table orders\n"
        in rung("snapshot", "--project", shop, "--check").out
    )
    # A step that was edited, and one that was added.
    file.write_text(text, encoding="utf-8")
    first = next(steps_of(shop).glob("0001*[!k].sql"))
    first.write_text(first.read_text(encoding="utf-8").replace("name TEXT", "name TEXT DEFAULT 'x'"), encoding="utf-8")
    assert rung("snapshot", "--project", shop, "--check").code == 1
    assert rung("snapshot", "--project", shop).code == 0
    assert "DEFAULT 'x'" in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8") + "\n-- table more\n", encoding="utf-8")
    result = rung("snapshot", "--project", shop, "--check", "--json")
    assert result.json["checked"][0]["notices"][0]["line"] == len(file.read_text(encoding="utf-8").splitlines()) - 1


def test_a_file_from_windows_is_the_same(rung: Rung, shop: Path) -> None:
    assert rung("snapshot", "--project", shop).code == 0
    file = snapshot_of(shop)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert rung("snapshot", "--project", shop, "--check").code == 0


def test_a_step_that_fails_is_said_with_its_line_and_nothing_is_written(rung: Rung, tree: Tree) -> None:
    root = tree("no-such-table")
    result = rung("snapshot", "--project", root)
    assert result.code == 3 and not snapshot_of(root).exists()
    assert "0003.shop-" in result.err and "SQLite says: no such table" in result.err
    assert "kept: the database is gone, and no snapshot of it was written" in result.err


def test_what_there_is_no_snapshot_of(rung: Rung, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rung("snapshot", "nobody", "--project", shop).code == 2
    assert rung("snapshot", "shop", "--engine", "duckdb", "--project", shop).code == 2
    assert rung("snapshot", "--engine", "duckdb", "--project", shop).code == 2
    snapshot_of(shop).parent.parent.mkdir()
    snapshot_of(shop).parent.write_text("in the way", encoding="utf-8")
    result = rung("snapshot", "--project", shop)
    assert result.code == 2 and "cannot write the file" in result.err
    # The tree of an installed rung is not the user's; to hold it against its snapshots is no use, but no harm.
    for module in (context, snapshotting):
        monkeypatch.setattr(module, "carried_root", lambda: shop)
    monkeypatch.chdir(tmp_path)
    result = rung("snapshot")
    assert result.code == 2 and "the tree that rung carries is not yours to add to" in result.err


def test_every_family_at_once_on_the_engines_that_are_asked_for(rung: Rung, tmp_path: Path) -> None:
    result = rung("snapshot", "--engine", "sqlite", "--check", "--scratch", tmp_path, "--json")
    assert result.code == 0, result.out
    names = [snapshot["family"] for snapshot in result.json["snapshots"]]
    assert names == [family for family, engines in families(ROOT).items() if "sqlite" in engines]
    assert list(tmp_path.iterdir()) == []
    assert rung("snapshot", "ggen", "--check", "--scratch", tmp_path / "none").code == 2


def test_optional_steps_are_left_out_and_roles_do_not_stay(rung: Rung, tree: Tree, servers: Servers) -> None:
    root = tree("postgresql")
    source = servers.first
    servers.forget_roles(source)
    for file in (root / "migrations/shop/postgresql/0002.shop-orders.sql",):
        text = file.read_text(encoding="utf-8")
        title, _, rest = text.partition("\n")
        file.write_text(f"{title}\n-- requires: extension hstore\n{rest}", encoding="utf-8")
    first = root / "migrations/shop/postgresql/0001.shop-customers.sql"
    first.write_text(first.read_text(encoding="utf-8") + "\nCREATE ROLE snapshot_role;\n", encoding="utf-8")
    with first.open("a", encoding="utf-8") as file:
        file.write("GRANT SELECT ON customers TO snapshot_role;\n")
    result = rung(
        "snapshot", "shop", "--engine", "postgresql", "--project", root, "--scratch", servers.get(source).url()
    )
    assert result.code == 0, result.err
    text = snapshot_of(root, "postgresql").read_text(encoding="utf-8")
    assert "-- table customers\n" in text and "orders" not in text
    assert "GRANT SELECT ON TABLE customers TO snapshot_role" in text
    import psycopg

    with psycopg.connect(servers.get(source).url()) as connection:
        known = connection.execute("SELECT count(*) FROM pg_roles WHERE rolname = 'snapshot_role'").fetchone()
    assert known == (0,)
