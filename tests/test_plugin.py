"""`pytest --rung-url URL`: verify files and checks as tests of a project that has tests of its own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import psycopg
import pytest
from conftest import ROOT, TREES, call, connect, spawn, write
from servers import Servers

from runner.errors import LockedError
from runner.pytest_items import _words

# Where the colours and columns of a run would come from.
_TERMINAL = ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "FORCE_COLOR", "NO_COLOR", "CI", "GITHUB_ACTIONS")
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?|deselected)")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of pytest left behind."""

    code: int
    out: str

    @property
    def counts(self) -> dict[str, int]:
        return {word.rstrip("s"): int(number) for number, word in _COUNT.findall(self.out.splitlines()[-1])}


def run(folder: Path, *arguments: object, **environment: str) -> Run:
    """Run pytest in a folder that is a project of its own, with every warning an error."""
    (folder / "pytest.ini").write_text(
        "[pytest]\naddopts = --strict-markers --strict-config\nfilterwarnings = error\n", encoding="utf-8"
    )
    kept = {name: value for name, value in os.environ.items() if name not in _TERMINAL}
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *map(str, arguments)],
        cwd=folder,
        env=kept | {"COLUMNS": "200"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback (most" not in result.stdout and "INTERNALERROR" not in result.stdout, result.stdout
    return Run(result.returncode, result.stdout.rstrip())


def collected(*arguments: object) -> list[str]:
    """The ids of the items that a run would have."""
    found = run(*arguments, "--co", "-q")  # type: ignore[arg-type]
    assert found.code == 0, found.out
    return [line for line in found.out.splitlines() if "::" in line]


def check(root: Path, name: str, sql: str, family: str = "shop", engine: str = "sqlite") -> None:
    """Write a check of a project."""
    path = root / "sql" / "checks" / family / engine / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sql, encoding="utf-8")


NAMELESS = """-- Names: whoever buys has one.

SELECT 'customer ' || id, 'has no name' FROM customers WHERE name = ''
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with steps, a check and a test of its own, and its database shop.db with everything applied."""
    shutil.copytree(TREES / "base", tmp_path / "db")
    check(tmp_path / "db", "names", NAMELESS)
    (tmp_path / "test_mine.py").write_text("def test_mine() -> None:\n    pass\n", encoding="utf-8")
    result = call("up", "shop", "--project", tmp_path / "db", "--url", f"sqlite:///{tmp_path / 'shop.db'}")
    assert result.code == 0, result.err
    return tmp_path


URL = ("--rung-url", "sqlite:///shop.db")
SHOP = (*URL, "--rung-project", "db")
STEPS = "db/migrations/shop/sqlite"
ITEMS = [
    f"{STEPS}::ledger",
    f"{STEPS}/verify/0001.shop-customers.sql::verify",
    f"{STEPS}/verify/0002.shop-orders.sql::verify",
    "sql/checks/any/sqlite/foreign_keys.sql::check[shop]",
    "sql/checks/any/sqlite/integrity.sql::check[shop]",
    "sql/checks/any/sqlite/journal_mode.sql::check[shop]",
    "db/sql/checks/shop/sqlite/names.sql::check",
]


def test_every_verify_file_every_check_and_the_ledger_is_an_item_beside_the_tests_of_the_project(shop: Path) -> None:
    before = (shop / "shop.db").read_bytes()
    assert collected(shop, *SHOP) == ["test_mine.py::test_mine", *ITEMS]
    found = run(shop, *SHOP)
    assert found.code == 0 and found.counts == {"passed": 8}
    assert re.search(r"^rung: sqlite:///shop\.db \(SQLite [\d.]+\), shop 2 of 2 steps applied$", found.out, re.M)
    # They join whatever is named, and lie beside it when it is below another folder.
    assert run(shop, *SHOP, "test_mine.py::test_mine").counts == {"passed": 8}
    assert (shop / "shop.db").read_bytes() == before
    assert not list(shop.glob("shop.db-*"))


def test_items_are_chosen_as_tests_are(shop: Path) -> None:
    assert collected(shop, *SHOP, "-m", "rung") == ITEMS
    assert collected(shop, *SHOP, "-k", "check") == ITEMS[3:]
    assert collected(shop, *SHOP, "-k", "0002.shop-orders and verify and sqlite") == [ITEMS[2]]
    assert collected(shop, *SHOP, "-k", "names or ledger") == [ITEMS[0], ITEMS[6]]
    assert collected(shop, *SHOP, "--deselect", ITEMS[1], "--deselect", "sql/checks") == [
        *("test_mine.py::test_mine", ITEMS[0], ITEMS[2], ITEMS[6])
    ]
    # The id of an item, as a list of failures has it, runs that item alone.
    assert collected(shop, *SHOP, ITEMS[2]) == [ITEMS[2]]
    assert collected(shop, *SHOP, ITEMS[6], "test_mine.py") == [ITEMS[6], "test_mine.py::test_mine"]
    assert run(shop, *SHOP, f"{ITEMS[2]}x").code == 4


def test_rows_are_shown_with_what_they_stand_for_and_where(shop: Path) -> None:
    write(shop / "shop.db", *(f"INSERT INTO customers (id, name) VALUES ({n}, '')" for n in range(1, 31)))
    write(shop / "shop.db", "DROP TRIGGER orders_note_is_kept")
    found = run(shop, *SHOP, "--junitxml", "junit.xml")
    assert found.code == 1 and found.counts == {"failed": 2, "passed": 6}
    assert "Names: whoever buys has one.\n  customer 1: has no name\n  customer 2: has no name\n" in found.out
    assert (
        "  customer 20: has no name\n  and 10 more\ndb/sql/checks/shop/sqlite/names.sql:1: 30 violations" in found.out
    )
    assert f"FAILED {ITEMS[2]} - 1 violation: orders_note_is_kept: is missing" in found.out
    for word in ("pytest_items", "Failed:", "self.", "Error"):
        assert word not in found.out
    # The place is that of the SQL for every tool that reads where a test failed.
    line = run(shop, *SHOP, "--tb=line", "-q", "-k", "names").out
    assert "db/sql/checks/shop/sqlite/names.sql:1: 30 violations: customer 1: has no name" in line

    root = ElementTree.parse(shop / "junit.xml").getroot()
    (suite,) = root
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "8",
        "failures": "2",
        "errors": "0",
        "skipped": "0",
    }
    cases = {(case.get("classname"), case.get("name")): case for case in suite}
    assert len(cases) == 8 and all(case.tag == "testcase" for case in suite)
    failure = cases["db.sql.checks.shop.sqlite.names.sql", "check"].find("failure")
    assert failure is not None and failure.get("message") == "30 violations: customer 1: has no name"
    assert "and 10 more" in (failure.text or "")


def test_what_failed_last_is_run_first_or_alone(shop: Path) -> None:
    write(shop / "shop.db", "INSERT INTO customers (id, name) VALUES (1, '')")
    # The project of a wheel, or of another folder, lies outside of where pytest runs.
    outside = shop.parent / f"{shop.name}-outside"
    shutil.move(shop / "db", outside / "db")
    # With "=", because pytest looks for its own settings beside whatever else of its arguments is a path.
    options = (*URL, f"--rung-project={outside / 'db'}")
    assert run(shop, *options).counts == {"failed": 1, "passed": 7}
    again = run(shop, *options, "--lf")
    assert again.code == 1 and again.counts["failed"] == 1 and "passed" not in again.counts
    assert collected(shop, *options, "--ff")[0] == "sql/checks/shop/sqlite/names.sql::check"
    stopped = run(shop, *options, "--ff", "-x")
    assert stopped.counts == {"failed": 1}
    write(shop / "shop.db", "UPDATE customers SET name = 'Ada'")
    assert run(shop, *options, "--lf").counts["passed"] == 1


def test_workers_share_the_items(shop: Path) -> None:
    write(shop / "shop.db", "INSERT INTO customers (id, name) VALUES (1, '')")
    found = run(shop, *SHOP, "-n", "2", "--junitxml", "junit.xml")
    assert found.code == 1 and found.counts == {"failed": 1, "passed": 7}
    assert f"FAILED {ITEMS[6]} - 1 violation: customer 1: has no name" in found.out
    (suite,) = ElementTree.parse(shop / "junit.xml").getroot()
    assert suite.get("tests") == "8" and suite.get("failures") == "1"
    refused = run(shop, "--rung-url", "sqlite:///none.db", "-n", "2")
    assert refused.code == 4 and "there is no such database" in refused.out


def test_checks_wait_for_the_head(shop: Path) -> None:
    url = f"sqlite:///{shop / 'shop.db'}"
    assert call("down", "shop", "--project", shop / "db", "--url", url).code == 0
    found = run(shop, *SHOP, "-rs")
    assert found.code == 0 and found.counts == {"passed": 3, "skipped": 4}
    assert "db/sql/checks/shop/sqlite/names.sql: 1 step of shop pending, and a check" in found.out
    assert call("down", "shop", "--project", shop / "db", "--url", url).code == 0
    # A database without a step is the wrong one, unless the family is named.
    refused = run(shop, *SHOP)
    assert refused.code == 4 and "has no applied step of any family of" in refused.out
    found = run(shop, *SHOP, "--rung-family", "shop", "-m", "rung", "-rs")
    assert found.code == 0 and found.counts == {"passed": 1, "skipped": 4, "deselected": 1}
    assert "no step of shop is applied" in found.out


def test_the_ledger_is_held_against_the_files(shop: Path) -> None:
    step = shop / STEPS / "0001.shop-customers.sql"
    step.write_text(step.read_text(encoding="utf-8") + "-- More.\n", encoding="utf-8")
    for path in (shop / STEPS).rglob("0002.shop-orders*"):
        path.unlink()
    found = run(shop, *SHOP)
    assert found.code == 1 and found.counts == {"failed": 1, "passed": 6}
    assert f"FAILED {ITEMS[0]} - " in found.out
    assert "0002.shop-orders is applied, but its file is gone" in found.out
    assert f"{STEPS}/0001.shop-customers.sql: " in found.out and "next: " in found.out


def test_a_file_that_does_not_run_says_where(shop: Path) -> None:
    check(shop / "db", "typo", "-- Typo: it has one.\n\nSELECT id, 'x'\nFROM custmers;\n")
    check(shop / "db", "writes", "-- Writes: it does.\n\nDELETE FROM customers;\n")
    found = run(shop, *SHOP)
    assert found.code == 1 and found.counts == {"failed": 2, "passed": 8}
    assert "db/sql/checks/shop/sqlite/typo.sql:4:6: " in found.out and "no such table: custmers" in found.out
    assert "db/sql/checks/shop/sqlite/writes.sql:3" in found.out


def test_several_families_in_one_database(tmp_path: Path) -> None:
    for family, to in (("ggen", "0008"), ("abathur", "0003")):
        assert call("up", family, "--url", f"sqlite:///{tmp_path / 'x.db'}", "--to", to).code == 0
    found = run(tmp_path, "--rung-url", "sqlite:///x.db")
    assert found.code == 0 and "abathur 3 of 10 steps, ggen 8 of 8 steps applied" in found.out
    assert found.counts["skipped"] == 8 + 3
    mine = collected(tmp_path, "--rung-url", "sqlite:///x.db", "--rung-family", "ggen")
    assert len(mine) == 1 + 8 + 2 + 3 and mine[0] == "migrations/ggen/sqlite::ledger"
    named = ("--rung-family", "ggen", "--rung-family", "abathur")
    assert len(collected(tmp_path, "--rung-url", "sqlite:///x.db", *named)) > 14


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--rung-url", ""), "is not a database URL that rung knows"),
        (("--rung-url", "mysql://root:hunter2@h/d"), "'mysql://root:***@h/d' is not a database URL"),
        (("--rung-url", "sqlite:///none.db"), "sqlite:///none.db: there is no such database"),
        (("--rung-url", "sqlite:///test_mine.py"), "is not a SQLite database"),
        ((*SHOP, "--rung-schema", "s"), "--rung-schema is for PostgreSQL"),
        ((*SHOP, "--rung-family", "shopp"), "next: did you mean shop?"),
        ((*URL, "--rung-project", "nowhere"), "next: --rung-project names the folder"),
        ((*SHOP, "--rung-lock-timeout", "-1"), "--rung-lock-timeout -1: give seconds"),
        (("--rung-url", "postgresql://u:hunter2@127.0.0.1:1/d?password=hunter2"), "Connection refused"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_any_test(options: tuple[str, ...], said: str, shop: Path) -> None:
    found = run(shop, *options)
    assert found.code == 4 and "ERROR: rung: " in found.out and said in found.out
    assert "hunter2" not in found.out and "test session starts" not in found.out


def test_a_locked_database_is_told(shop: Path) -> None:
    with contextlib.closing(connect(shop / "shop.db")) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        found = run(shop, *SHOP, "--rung-lock-timeout", "0.1")
    assert found.code == 4 and "ERROR: rung: " in found.out and "(waited 0.1 s)" in found.out
    assert "--rung-lock-timeout SECONDS waits longer" in found.out


def test_options_go_by_the_names_that_they_have_here() -> None:
    shown = _words(LockedError("locked", hint="use --url or --schema, not `rung up --url URL`; --urls stays"))
    assert shown == ["rung: locked", "  next: use --rung-url or --rung-schema, not `rung up --url URL`; --urls stays"]


def test_a_database_that_goes_away_is_an_error_and_not_a_failure(shop: Path) -> None:
    """And what comes back is asked again: a test of the project takes the file away, another one returns it."""
    (shop / "conftest.py").write_text(
        "def pytest_runtest_setup(item):\n"
        "    item.session.__dict__.setdefault('n', []).append(item.nodeid)\n"
        "    if '0001.shop' in item.nodeid: item.config.rootpath.joinpath('shop.db').rename('away')\n"
        "    if '0002.shop' in item.nodeid: item.config.rootpath.joinpath('away').rename('shop.db')\n",
        encoding="utf-8",
    )
    found = run(shop, *SHOP, "--junitxml", "junit.xml")
    assert found.code == 1 and found.counts == {"error": 1, "passed": 7}, found.out
    assert f"ERROR {ITEMS[1]} - Failed: rung: sqlite:///shop.db: there is no such database" in found.out
    (suite,) = ElementTree.parse(shop / "junit.xml").getroot()
    assert suite.get("errors") == "1" and suite.get("failures") == "0"


def test_without_the_option_nothing_happens(shop: Path) -> None:
    (shop / "conftest.py").write_text(
        "import sys\n\ndef pytest_unconfigure(config):\n"
        "    print('LOADED', sorted(name for name in sys.modules if name.split('.')[0] == 'runner'))\n",
        encoding="utf-8",
    )
    # Neither the environment nor the other options name a database.
    environment = {"RUNG_URL": "sqlite:///shop.db", "DATABASE_URL": "sqlite:///shop.db"}
    found = run(shop, "--rung-family", "none", "--rung-project", "nowhere", **environment)
    assert found.code == 0 and "1 passed" in found.out and "rung: " not in found.out
    assert "LOADED ['runner', 'runner.pytest_plugin']" in found.out
    assert "@pytest.mark.rung: a verify file" in run(shop, "--markers").out
    assert "--rung-url=URL" in run(shop, "--help", "--rung-url", "sqlite:///none.db").out
    off = run(shop, "-p", "no:rung", "-q")
    assert off.code == 0 and "LOADED []" in off.out
    assert run(shop, "-p", "no:rung", *URL).code == 4


def test_tests_in_between_have_the_database_for_themselves(tmp_path: Path) -> None:
    """DuckDB opens a file for one writing connection, or for reading: ours is not open while another test runs."""
    root = tmp_path / "db"
    shutil.copytree(TREES / "duckdb", root)
    check(root, "names", "-- Names: no one is called X.\n\nSELECT name, 'is X' FROM customers;\n", engine="duckdb")
    file = tmp_path / "shop.duckdb"
    assert call("up", "shop", "--project", root, "--url", f"duckdb:///{file}").code == 0
    (tmp_path / "test_mine.py").write_text(
        "import duckdb\n\ndef test_mine():\n"
        "    with duckdb.connect('shop.duckdb') as c:\n"
        "        c.execute(\"INSERT INTO customers (id, name) VALUES (1, 'X')\")\n",
        encoding="utf-8",
    )
    # Ours, then theirs, then ours.
    (tmp_path / "conftest.py").write_text(
        "def pytest_collection_modifyitems(items):\n    items.insert(3, items.pop(0))\n", encoding="utf-8"
    )
    options = ("--rung-url", "duckdb:///shop.duckdb", "--rung-project", "db")
    found = run(tmp_path, *options, "-v")
    assert found.code == 1 and "1 violation: X: is X" in found.out, found.out
    lines = [line for line in found.out.splitlines() if re.search(r"\[ *\d+%\]$", line)]
    assert "::ledger" in lines[0] and "PASSED" in lines[0] and "test_mine" in lines[3]
    shared = run(tmp_path, *options, "-n", "2", "-m", "rung")
    assert shared.code == 1 and shared.counts["failed"] == 1
    with duckdb.connect(str(file)) as connection:
        assert connection.execute("SELECT count(*) FROM customers").fetchone() == (1,)


@pytest.fixture
def archon(servers: Servers, tmp_path: Path) -> Iterator[str]:
    """The URL of a PostgreSQL database with a family in the schema shop, and its project in the folder db."""
    shutil.copytree(TREES / "postgresql", tmp_path / "db")
    check(tmp_path / "db", "names", NAMELESS, engine="postgresql")
    with servers.database(servers.first) as url:
        result = call("up", "shop", "--project", tmp_path / "db", "--url", url, "--schema", "shop")
        assert result.code == 0, result.err
        yield url


def test_postgresql_with_a_schema_and_without_its_secret(archon: str, tmp_path: Path) -> None:
    with psycopg.connect(archon, autocommit=True) as connection:
        connection.execute("INSERT INTO shop.customers (id, name) VALUES (1, '')")
    # Under trust any password is right, so that everything is shown that a run with a secret shows.
    secret = archon.replace("postgres@", "postgres:hunter2@", 1)
    assert secret != archon
    options = ("--rung-url", secret, "--rung-schema", "shop", "--rung-project", "db")
    for more in ((), ("-n", "2"), ("-vv", "--tb=long", "--showlocals", "--trace-config", "--durations=0", "-rA")):
        found = run(tmp_path, *options, "--junitxml", "junit.xml", *more)
        assert found.code == 1 and found.counts["failed"] == 1, found.out
        assert "1 violation: customer 1: has no name" in found.out
        assert "hunter2" not in found.out and "postgres:***@" in found.out
        assert "hunter2" not in (tmp_path / "junit.xml").read_text(encoding="utf-8")
        for path in (tmp_path / ".pytest_cache").rglob("*"):
            assert path.is_dir() or "hunter2" not in path.read_text(encoding="utf-8")
    ids = collected(tmp_path, *options)
    assert "db/migrations/shop/postgresql/verify/0002.shop-orders.sql::verify" in ids
    refused = run(tmp_path, "--rung-url", secret, "--rung-schema", "none", "--rung-project", "db")
    assert refused.code == 4 and "hunter2" not in refused.out and "schema none" in refused.out


def test_a_connection_that_is_lost_is_made_anew(archon: str, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import psycopg\n\ndef pytest_runtest_call(item):\n    if '0001.shop' in item.nodeid:\n"
        f"        with psycopg.connect({archon!r}) as c:\n"
        "            c.execute('SELECT pg_terminate_backend(pid) FROM pg_stat_activity '\n"
        "                      'WHERE datname = current_database() AND pid <> pg_backend_pid()')\n",
        encoding="utf-8",
    )
    found = run(tmp_path, "--rung-url", archon, "--rung-schema", "shop", "--rung-project", "db")
    assert found.code == 1 and found.counts["failed"] == 1, found.out
    assert "terminating connection" in found.out or "lost" in found.out or "closed" in found.out


def test_an_installed_wheel_brings_its_tree_and_the_same_ids(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120)
    (wheel,) = (tmp_path / "dist").glob("rung-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        # Within the project, as many have their environment.
        archive.extractall(tmp_path / ".venv")
    place = {"PYTHONPATH": str(tmp_path / ".venv")}
    up = spawn("up", "ggen", "--url", "sqlite:///x.db", cwd=tmp_path, env={**os.environ, **place})
    assert up.returncode == 0, up.stderr
    (tmp_path / "conftest.py").write_text(
        "import runner\n\ndef pytest_report_header():\n    return 'FROM ' + runner.__file__\n", encoding="utf-8"
    )
    found = run(tmp_path, "--rung-url", "sqlite:///x.db", "-v", **place)
    assert found.code == 0, found.out
    assert f"FROM {tmp_path}/.venv/runner/" in found.out
    assert "migrations/ggen/sqlite/verify/0002.ggen-receipts.sql::verify PASSED" in found.out
    assert "sql/checks/any/sqlite/integrity.sql::check[ggen] PASSED" in found.out


def test_the_plugin_costs_next_to_nothing() -> None:
    """It is loaded by every run of pytest: nothing comes with it but itself."""
    code = (
        "import sys, pytest; before = set(sys.modules); import runner.pytest_plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert result.stdout.split() == ["runner", "runner.pytest_plugin"], result.stderr
