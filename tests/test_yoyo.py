"""yoyo, as it comes, on the same tree and the same database: it agrees with us, and we with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Rung, Tree, catalog, rows, write

from runner import engines, examine, project
from runner.engines import Settings
from runner.examine import Object
from runner.target import parse

SOURCE = ROOT / "migrations" / "ggen" / "sqlite"


def yoyo(command: str, url: str, *arguments: str, source: Path = SOURCE) -> str:
    """Run the stock yoyo command; its output."""
    script = Path(sys.executable).parent / "yoyo"
    line = [str(script), command, "--batch", "--no-config-file", "--database", url, *arguments, str(source)]
    result = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def listed(url: str, source: Path = SOURCE) -> dict[str, str]:
    """What `yoyo list` shows: A or U for every step."""
    lines = [line.split() for line in yoyo("list", url, source=source).splitlines()[2:]]
    return {columns[1]: columns[0] for columns in lines}


def test_yoyo_lists_what_rung_applied(rung: Rung, url: str) -> None:
    rung("up", "ggen", "--url", url, "--to", "0005")
    assert "".join(listed(url).values()) == "AAAAAUUU"
    rung("down", "ggen", "--url", url, "--steps", "2")
    assert "".join(listed(url).values()) == "AAAUUUUU"


def test_yoyo_applies_the_rest_and_rung_sees_it(rung: Rung, url: str, tmp_path: Path) -> None:
    rung("up", "ggen", "--url", url, "--to", "0005")
    yoyo("apply", url)
    status = rung("status", "ggen", "--url", url, "--exit-code", "--json")
    assert status.code == 0
    by = [step["by"] for step in status.json["families"][0]["steps"]]
    assert by == ["rung"] * 5 + ["yoyo"] * 3
    assert "not verified" in rung("status", "ggen", "--url", url).out
    assert rung("verify", "ggen", "--url", url).code == 0
    other = tmp_path / "other.db"
    rung("up", "ggen", "--url", f"sqlite:///{other}")
    assert catalog(Path(url.removeprefix("sqlite:///"))) == catalog(other)


def test_a_database_that_only_yoyo_ever_touched(rung: Rung, url: str, database: Path) -> None:
    yoyo("apply", url)
    assert rung("status", "ggen", "--url", url, "--exit-code").code == 0
    verified = rung("verify", "ggen", "--url", url)
    assert verified.code == 1 and "journal_mode" in verified.out, "yoyo cannot switch to WAL, and the check says so"
    assert rung("down", "ggen", "--all", "--url", url).code == 0
    assert catalog(database) == []
    assert set(listed(url).values()) == {"U"}
    assert rung("up", "ggen", "--url", url).code == 0
    assert set(listed(url).values()) == {"A"}


def test_yoyo_rolls_back_what_rung_applied_and_rungs_record_is_not_believed_after(rung: Rung, url: str) -> None:
    rung("up", "ggen", "--url", url)
    yoyo("rollback", url, "--revision", "0007.ggen-slo-violations")
    states = [step["state"] for step in rung("status", "ggen", "--url", url, "--json").json["families"][0]["steps"]]
    assert states == ["applied"] * 6 + ["pending"] * 2
    yoyo("apply", url)
    by = [step["by"] for step in rung("status", "ggen", "--url", url, "--json").json["families"][0]["steps"]]
    assert by == ["rung"] * 6 + ["yoyo"] * 2
    yoyo("rollback", url, "--all")
    assert rung("up", "ggen", "--url", url).code == 0
    by = [step["by"] for step in rung("status", "ggen", "--url", url, "--json").json["families"][0]["steps"]]
    assert by == ["rung"] * 8


def test_both_read_the_same_steps_in_the_same_order() -> None:
    from yoyo import read_migrations
    from yoyo.migrations import topological_sort

    theirs = [migration.id for migration in topological_sort(read_migrations(str(SOURCE)))]
    assert theirs == [step.id for step in project.load(ROOT, "ggen", "sqlite").steps]


def test_both_make_the_same_tracking_tables(rung: Rung, url: str, database: Path, tmp_path: Path) -> None:
    def columns(path: Path) -> list[tuple[object, ...]]:
        return rows(
            path,
            "SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
            " WHERE t.name LIKE '\\_yoyo\\_%' ESCAPE '\\' ORDER BY t.name, c.cid",
        )

    rung("up", "ggen", "--url", url, "--to", "0001")
    theirs = tmp_path / "theirs.db"
    yoyo("list", f"sqlite:///{theirs}")
    assert columns(database) == columns(theirs)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE _yoyo_version SET version = 3", "the ledger is of yoyo's version 3"),
        ("UPDATE _rung_version SET version = 99", "the ledger is of rung's version 99"),
        ("DROP TABLE _yoyo_version", "the ledger is of yoyo before 6.0"),
    ],
)
def test_a_ledger_of_another_version_is_refused(
    statement: str, what: str, rung: Rung, url: str, database: Path
) -> None:
    rung("up", "ggen", "--url", url, "--to", "0002")
    write(database, statement)
    for command in ("up", "down", "status", "verify"):
        result = rung(command, "ggen", "--url", url)
        assert result.code == 3 and what in result.err, result.err


@pytest.fixture
def agentdb() -> Path:
    return ROOT / "migrations" / "agentdb" / "duckdb"


@pytest.fixture
def duck(tmp_path: Path) -> str:
    return f"duckdb:///{tmp_path / 'x.duckdb'}"


def test_stock_yoyo_applies_our_tree_to_duckdb(rung: Rung, duck: str, agentdb: Path, tmp_path: Path) -> None:
    assert set(listed(duck, agentdb).values()) == {"U"}
    assert yoyo("apply", duck, source=agentdb) == "", "DuckDB's result sets for DDL are not printed as results"
    assert set(listed(duck, agentdb).values()) == {"A"}
    status = rung("status", "agentdb", "--url", duck, "--exit-code")
    assert status.code == 0 and "not verified" in status.out
    verified = rung("verify", "agentdb", "--url", duck)
    assert verified.code == 0, verified.out
    other = f"duckdb:///{tmp_path / 'other.duckdb'}"
    assert rung("up", "agentdb", "--url", other).code == 0
    assert objects(duck) == objects(other)
    yoyo("rollback", duck, "--all", source=agentdb)
    assert objects(duck) == []


def test_yoyo_and_rung_take_turns_on_duckdb(rung: Rung, duck: str, agentdb: Path) -> None:
    assert rung("up", "agentdb", "--url", duck, "--to", "0002").code == 0
    assert "".join(listed(duck, agentdb).values()).startswith("AAU")
    yoyo("apply", duck, source=agentdb)
    assert rung("down", "agentdb", "--url", duck, "--all").code == 0
    assert set(listed(duck, agentdb).values()) == {"U"}


def test_yoyo_undoes_a_whole_step_that_fails_on_duckdb(tree: Tree, duck: str) -> None:
    source = tree("duckdb") / "migrations" / "shop" / "duckdb"
    step = source / "0002.shop-orders.sql"
    step.write_text(
        f"{step.read_text()}\nINSERT INTO customers VALUES (1, 'Ada');\nINSERT INTO customers VALUES (1, 'Eve');\n"
    )
    with pytest.raises(AssertionError, match="duplicate key"):
        yoyo("apply", duck, source=source)
    assert [item.name for item in objects(duck)] == ["customers", "customers_name_idx"]
    assert list(listed(duck, source).values()) == ["A", "U"]
    step.write_text(step.read_text().replace("VALUES (1, 'Eve')", "VALUES (2, 'Eve')"))
    yoyo("apply", duck, source=source)
    assert list(listed(duck, source).values()) == ["A", "A"]


def test_a_select_in_a_step_is_printed_by_yoyo_on_duckdb(tree: Tree, duck: str) -> None:
    source = tree("duckdb") / "migrations" / "shop" / "duckdb"
    step = source / "0001.shop-customers.sql"
    step.write_text(f"{step.read_text()}\nSELECT 'forty-two' AS answer;\n")
    out = yoyo("apply", duck, source=source)
    assert "answer" in out and "forty-two" in out and "Count" not in out


def objects(url: str) -> list[Object]:
    session = engines.connect(parse(url), "read", Settings())
    try:
        return examine.objects(session)
    finally:
        session.close()


def test_a_step_outside_a_transaction_is_one_for_yoyo_on_duckdb_too(tree: Tree, duck: str) -> None:
    source = tree("duckdb") / "migrations" / "shop" / "duckdb"
    (source / "0003.shop-tidy.sql").write_text("-- Tidy: all of it.\n-- transactional: false\n\nCHECKPOINT;\n")
    yoyo("apply", duck, source=source)
    assert list(listed(duck, source).values()) == ["A", "A", "A"]
