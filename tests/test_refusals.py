"""What rung refuses: a broken step, a broken project, a ledger that disagrees. One message each, and nothing lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Rung, Tree, catalog, rows, steps_of, write

THIRD = "migrations/shop/sqlite/0003.shop-third"

# fault: where the message points, what it says, what to do next
BROKEN_STEPS = {
    "syntax-error": (f"{THIRD}.sql:5:53", 'near "IS": syntax error', "correct the file"),
    "no-such-table": (f"{THIRD}.sql:6:16", "no such table: nowhere", "correct the file"),
    "empty-step": (f"{THIRD}.sql:1:1", "the file holds no statement", "write the step's SQL"),
    "commits": (f"{THIRD}.sql:5:1", "COMMIT is not allowed in a step", "drop it"),
    "rolls-back": (f"{THIRD}.sql:5:1", "ROLLBACK is not allowed in a step", "drop it"),
    "begins": (f"{THIRD}.sql:3:1", "BEGIN is not allowed in a step", "drop it"),
    "attaches": (f"{THIRD}.sql:3:1", "ATTACH, DETACH or VACUUM is not allowed", "drop it"),
    "sets-foreign-keys": (f"{THIRD}.sql:3:1", "PRAGMA foreign_keys is not allowed", "`-- foreign_keys: off`"),
    "deferred-orphan": (f"{THIRD}.sql:1:1", "at its commit: FOREIGN KEY constraint failed", "points nowhere"),
    "verify-returns-rows": ("verify/0003.shop-third.sql:1:1", "found 1 violation", "correct the step"),
    "verify-fails": ("verify/0003.shop-third.sql:3:8", "no such column: missing_column", "correct the verify file"),
    "verify-writes": ("verify/0003.shop-third.sql:3:1", "may only read", "a SELECT"),
    "verify-one-column": ("verify/0003.shop-third.sql:3:1", "two columns, subject and problem", "no rows is a pass"),
    "verify-empty": ("verify/0003.shop-third.sql:1:1", "proves nothing", "write a SELECT"),
    "alone-two": ("0003.shop-page-size.sql:6:1", "holds one statement, and this file holds 2", "steps of their own"),
}

BROKEN_PROJECTS = {
    "unknown-key": (f"{THIRD}.sql:2:1", "unknown header key 'depend'", "did you mean 'depends'?"),
    "unknown-key-far": (f"{THIRD}.sql:2:1", "unknown header key 'ticket'", "a forward file takes: adopts, allow, "),
    "key-below-header": (f"{THIRD}.sql:3:1", "'transactional' stands below the header", "move it up"),
    "key-twice": (f"{THIRD}.sql:3:1", "'seed' is given twice", "join the two lines"),
    "bad-value": (f"{THIRD}.sql:2:1", "'no' is not false or true", "correct it"),
    "no-value": (f"{THIRD}.sql:2:1", "'seed' has no value", "drop the line"),
    "neither-key-nor-continuation": (f"{THIRD}.sql:3:1", "neither a key nor the continuation", "indent"),
    "no-title": (f"{THIRD}.sql:1:1", "begins with the key 'depends'", "above it"),
    "no-header": (f"{THIRD}.sql:1:1", "the first line must be a title", "write what the file makes"),
    "depends-on-nothing": (f"{THIRD}.sql:2:1", "not an earlier step", "did you mean 0002.shop-orders?"),
    "irreversible-and-rollback": (f"{THIRD}.sql:2:1", "irreversible and has a rollback file", "drop the irreversible:"),
    "no-rollback": (f"{THIRD}.sql", "has no rollback file", "`-- irreversible: <reason>`"),
    "no-verify": (f"{THIRD}.sql", "has no verify file", "write verify/0003.shop-third.sql"),
    "rollback-alone": (f"{THIRD}.rollback.sql", "a rollback file without its step", "restore 0003.shop-third.sql"),
    "verify-alone": ("verify/0003.shop-third.sql", "a verify file without its step", "restore 0003.shop-third.sql"),
    "duplicate-number": ("0002.shop-other.sql", "the number 0002 is used twice", "the next free number, 0003"),
    "stray-file": ("notes.sql", "not that of a step", "NNNN.shop-<slug>.sql"),
    "wrong-family": ("0003.stop-third.sql", "not that of a step", "NNNN.shop-<slug>.sql"),
}


@pytest.fixture
def shop(rung: Rung, tree: Tree, url: str, database: Path) -> Path:
    """A shop with two steps applied and rows in it; the project's root."""
    root = tree()
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    write(
        database,
        "INSERT INTO customers (id, name) VALUES (1, 'Ada'), (2, 'Grace')",
        "INSERT INTO orders (id, customer_id, note) VALUES (10, 1, 'first')",
    )
    return root


@pytest.mark.parametrize("fault", BROKEN_STEPS)
def test_a_broken_step_is_undone_and_says_where(fault: str, rung: Rung, shop: Path, tree: Tree, url: str) -> None:
    where, what, then = BROKEN_STEPS[fault]
    database = Path(url.removeprefix("sqlite:///"))
    before = catalog(database), rows(database, "SELECT * FROM orders"), rows(database, "SELECT * FROM _yoyo_migration")
    tree(fault)
    result = rung("up", "shop", "--project", shop, "--url", url)
    assert result.code == 3, result.err
    first = result.err.splitlines()[0]
    assert where in first and what in first, result.err
    assert "  kept: " in result.err, result.err
    assert then in result.err.partition("  next: ")[2], result.err
    after = catalog(database), rows(database, "SELECT * FROM orders"), rows(database, "SELECT * FROM _yoyo_migration")
    assert after == before
    (event,) = rows(database, "SELECT operation, outcome, message FROM _rung_event WHERE outcome <> 'ok'")
    assert event[:2] == ("up", "failed") and what in event[2]
    # The way out: without the fault, the next run completes.
    for file in steps_of(shop).rglob("0003*"):
        file.unlink()
    tree("good-third")
    assert rung("up", "shop", "--project", shop, "--url", url).code == 0


@pytest.mark.parametrize("fault", BROKEN_PROJECTS)
def test_a_broken_project_is_refused_before_anything_runs(
    fault: str, rung: Rung, shop: Path, tree: Tree, url: str
) -> None:
    where, what, then = BROKEN_PROJECTS[fault]
    database = Path(url.removeprefix("sqlite:///"))
    before = database.read_bytes()
    tree(fault)
    for command in ("up", "down", "status"):
        result = rung(command, "shop", "--project", shop, "--url", url)
        assert result.code == 2, result.err
        assert where in result.err.splitlines()[0] and what in result.err.splitlines()[0], result.err
        assert then in result.err, result.err
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    "part", ["0002.shop-orders.sql", "0002.shop-orders.rollback.sql", "verify/0002.shop-orders.sql"]
)
def test_an_edited_step_is_refused_and_named(part: str, rung: Rung, shop: Path, tree: Tree, url: str) -> None:
    tree("good-third")
    file = steps_of(shop) / part
    file.write_text(file.read_text() + "\n-- an afterthought\n")
    for command in ("up", "down"):
        result = rung(command, "shop", "--project", shop, "--url", url)
        assert result.code == 3
        assert part in result.err.splitlines()[0] and "was edited after it was applied" in result.err
        assert "applied: sha256:" in result.err and "now:     sha256:" in result.err
        assert "kept: nothing was run" in result.err and "rung new" in result.err
    status = rung("status", "shop", "--project", shop, "--url", url, "--exit-code")
    assert status.code == 1 and "edited" in status.out
    assert rung("verify", "shop", "--project", shop, "--url", url).code == 1


def test_line_ends_and_byte_order_marks_are_not_edits(rung: Rung, shop: Path, url: str) -> None:
    for file in steps_of(shop).rglob("*.sql"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    result = rung("status", "shop", "--project", shop, "--url", url, "--exit-code")
    assert result.code == 0, result.out + result.err


def test_a_missing_step_is_refused_and_rolled_back_from_the_ledger(rung: Rung, shop: Path, url: str) -> None:
    for file in steps_of(shop).rglob("0002*"):
        file.unlink()
    database = Path(url.removeprefix("sqlite:///"))
    for command in ("up", "down"):
        result = rung(command, "shop", "--project", shop, "--url", url)
        assert result.code == 3
        assert "0002.shop-orders is applied, but its file is gone" in result.err
        assert "rung down shop --from-ledger" in result.err
    assert "missing" in rung("status", "shop", "--project", shop, "--url", url).out
    result = rung("down", "shop", "--project", shop, "--url", url, "--from-ledger")
    assert result.code == 0, result.err
    assert [name for _, name, _ in catalog(database)] == ["customers", "customers_name_idx"]


def test_a_rollback_altered_in_the_ledger_is_not_run(rung: Rung, shop: Path, url: str) -> None:
    database = Path(url.removeprefix("sqlite:///"))
    write(database, "UPDATE _rung_step SET rollback_sql = rollback_sql || 'DROP TABLE customers;'")
    before = catalog(database)
    result = rung("down", "shop", "--project", shop, "--url", url, "--from-ledger")
    assert result.code == 3 and "is not the one that was recorded" in result.err
    assert catalog(database) == before


def test_an_edited_step_can_be_taken_back_with_the_ledgers_sql_and_applied_anew(
    rung: Rung, shop: Path, url: str
) -> None:
    file = steps_of(shop) / "0002.shop-orders.sql"
    file.write_text(file.read_text().replace("note TEXT", "note TEXT DEFAULT ''"))
    assert rung("down", "shop", "--project", shop, "--url", url, "--from-ledger").code == 0
    assert rung("up", "shop", "--project", shop, "--url", url).code == 0
    assert rung("status", "shop", "--project", shop, "--url", url, "--exit-code").code == 0


def test_a_step_out_of_order_is_refused(rung: Rung, tree: Tree, url: str) -> None:
    root = tree("good-third")
    steps = steps_of(root)
    hidden = root.parent / "hidden"
    hidden.mkdir()
    moved = [file for file in steps.rglob("0002*") if file.parent == steps]
    verify = steps / "verify" / "0002.shop-orders.sql"
    for file in moved:
        shutil.move(file, hidden / file.name)
    shutil.move(verify, hidden / "verify.sql")
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    for file in moved:
        shutil.move(hidden / file.name, file)
    shutil.move(hidden / "verify.sql", verify)
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 3
    assert "0002.shop-orders is not applied, but 0003.shop-third above it is" in result.err
    assert "a number above 0003" in result.err
    assert "out of order" in rung("status", "shop", "--project", root, "--url", url).out


def test_several_problems_are_counted(rung: Rung, shop: Path, url: str) -> None:
    for file in steps_of(shop).glob("000?.shop-?????*.sql"):
        file.write_text(file.read_text() + "\n-- an afterthought\n")
    result = rung("up", "shop", "--project", shop, "--url", url)
    assert "and 1 more: `rung status shop` shows them all" in result.err


def test_an_irreversible_step_says_so_and_stays(rung: Rung, shop: Path, tree: Tree, url: str) -> None:
    tree("irreversible")
    assert rung("up", "shop", "--project", shop, "--url", url).code == 0
    result = rung("down", "shop", "--project", shop, "--url", url)
    assert result.code == 3
    assert "0003.shop-third is irreversible: the rows came from a service that is gone" in result.err
    assert "irreversible" in rung("status", "shop", "--project", shop, "--url", url).out


@pytest.mark.parametrize(
    ("fault", "what"),
    [("rollback-fails", "no such table: third_2"), ("rollback-takes-too-much", "verification of 0002.shop-orders")],
)
def test_a_rollback_that_fails_or_takes_too_much_is_undone(
    fault: str, what: str, rung: Rung, shop: Path, tree: Tree, url: str
) -> None:
    tree(fault)
    assert rung("up", "shop", "--project", shop, "--url", url).code == 0
    database = Path(url.removeprefix("sqlite:///"))
    before = catalog(database)
    result = rung("down", "shop", "--project", shop, "--url", url)
    assert result.code == 3 and what in result.err
    assert "kept: 0003.shop-third was undone completely" not in result.err
    assert "kept: the rollback of 0003.shop-third was undone completely" in result.err
    assert catalog(database) == before
    assert rung("status", "shop", "--project", shop, "--url", url, "--exit-code").code == 0


def test_of_several_steps_those_before_the_broken_one_stay(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree("syntax-error")
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 3
    assert "0003.shop-third was undone completely; the 2 steps before it stay applied" in result.err
    assert [row[0] for row in rows(database, "SELECT migration_id FROM _yoyo_migration ORDER BY 1")] == [
        "0001.shop-customers",
        "0002.shop-orders",
    ]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["up", "gen"], "did you mean ggen?"),
        (["up", "nothing-like-it"], "the families here are: "),
        (["up", "ggen", "--to", "0099"], "no step is named '0099'"),
        (["up", "ggen", "--to", "s"], "names several steps"),
        (["down", "ggen", "--to", "0001"], "0001.ggen-workflow-sessions is not applied"),
        (["up", "ggen", "--project", "/nonexistent"], "no migrations here"),
        (["up", "ggen", "--log-file", "/nonexistent/log"], "cannot write the log file"),
        (["new", "ggen", "oracle", "x"], "no engine is named 'oracle'"),
        (["new", "ggen", "sqlite", "Not A Slug"], "cannot be part of a step's name"),
        (["up", "ggen", "--lock-timeout", "-1"], "from 0 to 86400"),
        (["down", "ggen", "--steps", "0"], "a number from 1 up"),
        (["climb"], "invalid choice"),
        ([], "required: COMMAND"),
    ],
)
def test_usage_errors(arguments: list[str], what: str, rung: Rung, database: Path, url: str) -> None:
    if arguments and arguments[0] == "down":
        assert rung("up", "shop", "--url", url).code == 2  # Not a family of ours, and no database was made.
        assert not database.exists()
        database.touch()
    if arguments and arguments[0] in {"up", "down"}:
        arguments = [*arguments, "--url", url]
    result = rung(*arguments)
    assert result.code == 2, result.err
    assert what in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mysql://root:hunter2@db/x", "'mysql://root:***@db/x' is not a database URL that rung knows"),
        ("root:hunter2@db", "is not a database URL"),
        ("postgresql://u:hunter2@h/d?password=hunter2", "ggen has no steps for postgresql"),
        ("sqlite://relative.db", "names a host, and SQLite has none"),
        ("sqlite:///", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///x.db?password=hunter2", "take no options"),
        ("sqlite:///a%00b", "NUL"),
        ("", "no database is named"),
    ],
)
def test_wrong_urls_show_no_password(url: str, what: str, rung: Rung) -> None:
    result = rung("status", "ggen", "--url", url)
    assert result.code == 2
    assert what in result.err
    assert "hunter2" not in result.out + result.err


def test_a_step_that_is_not_there_makes_no_database(rung: Rung, url: str, database: Path) -> None:
    assert rung("up", "ggen", "--url", url, "--to", "99").code == 2
    assert not database.exists()


def test_files_that_cannot_be_read_are_named(rung: Rung, tree: Tree, url: str) -> None:
    root = tree()
    file = steps_of(root) / "0002.shop-orders.sql"
    for raw, what in (
        (b"-- A: b.\n\xff\n", ":2: byte 0xff is not UTF-8"),
        (b"-- A: b.\nSELECT '\0';\n", ":2: the file"),
    ):
        file.write_bytes(raw)
        result = rung("up", "shop", "--project", root, "--url", url)
        assert result.code == 2 and f"0002.shop-orders.sql{what}" in result.err
    file.unlink()
    file.symlink_to(file.parent / "gone.sql")
    result = rung("up", "shop", "--project", root, "--url", url)
    assert result.code == 2 and "0002.shop-orders" in result.err
