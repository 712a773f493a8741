"""The privileges that rung needs are those that SECURITY.md names: they suffice, and without any one of them there is
one message that says which."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import ROOT, Result, Tree, call
from servers import Servers

DRIVER = Path(__file__).with_name("permissions_driver.py")
BLOCK = re.compile(r"```sql\n(.*?)```", re.DOTALL)
ROLES = ("rung_migrator", "rung_reader")
QUERY = "-- Names: of everybody.\n\nSELECT name FROM customers ORDER BY id;\n"
WRITING = "-- Forget: everybody.\n-- writes: yes\n\nDELETE FROM customers RETURNING id;\n"


def run(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements; the rows of the last one."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


class App:
    """A database of which nobody has any privilege but its owner, and a family of steps with two queries."""

    def __init__(self, url: str, root: Path) -> None:
        self.admin = url
        self.name = url.partition("@/")[2].partition("?")[0]
        self.root = root
        queries = root / "sql" / "queries" / "shop" / "postgresql"
        queries.mkdir(parents=True)
        (queries / "names.sql").write_text(QUERY)
        (queries / "forget.sql").write_text(WRITING)
        run(url, f"REVOKE ALL ON DATABASE {self.name} FROM PUBLIC", "REVOKE ALL ON SCHEMA public FROM PUBLIC")

    def statements(self) -> list[str]:
        """Those of SECURITY.md, for this database."""
        text = "".join(BLOCK.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8")))
        found = [line.strip() for line in re.sub(r"--[^\n]*", "", text).split(";") if line.strip()]
        return [" ".join(line.split()).replace("DATABASE app ", f"DATABASE {self.name} ") for line in found]

    def grant(self, role: str) -> None:
        """Run those of SECURITY.md that make a role what it is."""
        both = self.statements()
        first = [n for n, line in enumerate(both) if line.startswith("CREATE ROLE")]
        number = [both[n].split()[2] for n in first].index(role)
        run(self.admin, *both[first[number] : [*first, len(both)][number + 1]])

    def rung(self, role: str, command: str, *options: str, schema: str = "shop") -> Result:
        url = self.admin.replace("postgres@", f"{role}@")
        return call(command, "shop", *options, "--project", self.root, "--url", url, "--schema", schema)

    def refused(self, role: str, words: str, command: str, *options: str, schema: str = "shop") -> None:
        """One message that says what is missing and what to do, and nothing has changed."""
        result = self.rung(role, command, *options, schema=schema)
        assert result.code == 3 and words in result.err, result.out + result.err
        assert "  next: " in result.err and "rant" in result.err.partition("  next: ")[2].replace("GRANT", "grant")
        assert [line[:5] for line in result.err.splitlines()].count("rung:") == 1 and "Traceback" not in result.err


@pytest.fixture
def app(servers: Servers, tree: Tree) -> Iterator[App]:
    with servers.database(servers.first) as url:
        yield App(url, tree("postgresql"))
        for role in ROLES:
            if run(url, f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):
                run(url, f"DROP OWNED BY {role} CASCADE", f"DROP ROLE {role}")


def test_a_role_that_goes_up_and_down_in_a_schema_of_its_own(app: App) -> None:
    app.grant("rung_migrator")
    for command in (["up", "--check"], ["status", "--exit-code"], ["verify"], ["history"], ["query", "names"]):
        result = app.rung("rung_migrator", *command)
        assert result.code == 0, result.err
    assert app.rung("rung_migrator", "query", "forget", "--yes").code == 0
    for command in (["down", "--all"], ["up", "--one-transaction"], ["up", "--dry-run", "--verbose"]):
        result = app.rung("rung_migrator", *command)
        assert result.code == 0, result.err
    owned = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'shop'"
    assert run(app.admin, owned) == [("rung_migrator",)]
    elsewhere = "SELECT count(*) FROM pg_class WHERE relowner = 'rung_migrator'::regrole AND relnamespace <> $$shop$$"
    assert run(app.admin, f"{elsewhere}::regnamespace AND relnamespace <> $$pg_toast$$::regnamespace") == [(0,)]


WITHOUT = {
    "CONNECT ON DATABASE {name}": "permission denied for database",
    "USAGE ON SCHEMA shop": "the role rung_migrator may not use the schema 'shop'",
    "CREATE ON SCHEMA shop": "permission denied for schema shop (SQLSTATE 42501)",
    "USAGE ON LANGUAGE plpgsql": "permission denied for language plpgsql (SQLSTATE 42501)",
}


def test_without_any_one_of_them_it_does_not_go_up_and_says_which(app: App) -> None:
    app.grant("rung_migrator")
    # What PUBLIC has, unless somebody took it.
    run(app.admin, "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC", "GRANT USAGE ON LANGUAGE plpgsql TO rung_migrator")
    assert app.rung("rung_migrator", "up", "--to", "1").code == 0
    before = run(app.admin, "SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace ORDER BY 1")
    for privilege, words in WITHOUT.items():
        what = privilege.format(name=app.name)
        run(app.admin, f"REVOKE {what} FROM rung_migrator")
        app.refused("rung_migrator", words, "up")
        after = run(app.admin, "SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace ORDER BY 1")
        assert after == before, f"without {privilege}"
        run(app.admin, f"GRANT {what} TO rung_migrator")
    assert app.rung("rung_migrator", "up").code == 0
    documented = [line for line in app.statements() if line.startswith("GRANT") and "rung_migrator" in line]
    assert {re.sub(r"\W+", " ", line)[:30] for line in documented} == {
        re.sub(r"\W+", " ", f"GRANT CONNECT ON DATABASE {app.name} TO rung_migrator")[:30],
        "GRANT USAGE CREATE ON SCHEMA shop TO rung_migrator"[:30],
    }, "each that is documented is taken away above"


def test_a_schema_that_is_not_there_is_made_by_who_may_create_in_the_database(app: App) -> None:
    app.grant("rung_migrator")
    app.refused("rung_migrator", "permission denied for database", "up", schema="fresh")
    run(app.admin, f"GRANT CREATE ON DATABASE {app.name} TO rung_migrator")
    assert app.rung("rung_migrator", "up", schema="fresh").code == 0


def test_a_role_that_only_looks(app: App) -> None:
    app.grant("rung_migrator")
    assert app.rung("rung_migrator", "up").code == 0
    app.grant("rung_reader")
    looks = (["status", "--exit-code"], ["verify"], ["history"], ["query", "names"], ["explain", "names"], ["indexes"])
    for command in looks:
        result = app.rung("rung_reader", *command)
        assert result.code == 0, result.err
    # And so it stays for the tables of later steps.
    assert app.rung("rung_migrator", "down").code == 0 and app.rung("rung_migrator", "up").code == 0
    assert run(app.admin.replace("postgres@", "rung_reader@"), "SELECT count(*) FROM shop.orders") == [(0,)]
    app.refused("rung_reader", "permission denied for table", "query", "forget", "--yes")
    for command in ("up", "down"):
        if command == "up":
            assert app.rung("rung_migrator", "down").code == 0
        result = app.rung("rung_reader", command)
        assert result.code == 3 and "(SQLSTATE 42501)" in result.err, result.err
    assert [name for (name,) in run(app.admin, "SELECT migration_id FROM shop._yoyo_migration")] == [
        "0001.shop-customers"
    ]


def test_without_any_one_of_them_it_does_not_look_and_says_which(app: App) -> None:
    app.grant("rung_migrator")
    assert app.rung("rung_migrator", "up").code == 0
    app.grant("rung_reader")
    cases = {
        f"CONNECT ON DATABASE {app.name}": (["status"], "permission denied for database"),
        "USAGE ON SCHEMA shop": (["status"], "the role rung_reader may not use the schema 'shop'"),
        "SELECT ON shop._rung_event": (["history"], "permission denied for table _rung_event"),
        "SELECT ON shop.customers": (["query", "names"], "permission denied for table customers"),
    }
    for table in ("_yoyo_migration", "_yoyo_version", "_rung_step", "_rung_version"):
        cases[f"SELECT ON shop.{table}"] = (["status"], f"permission denied for table {table}")
    for what, (command, words) in cases.items():
        run(app.admin, f"REVOKE {what} FROM rung_reader")
        app.refused("rung_reader", words, *command)
        run(app.admin, f"GRANT {what} TO rung_reader")
    for command in (["status"], ["history"], ["query", "names"]):
        assert app.rung("rung_reader", *command).code == 0


def test_every_statement_of_security_md_is_run() -> None:
    text = "".join(BLOCK.findall((ROOT / "SECURITY.md").read_text(encoding="utf-8")))
    found = [line for line in re.sub(r"--[^\n]*", "", text).split(";") if line.strip()]
    assert found and all(any(role in line for role in ROLES) or "CREATE SCHEMA shop" in line for line in found)


# File mode, folder mode; what looking says and what writing says: nothing where it works.
READ_ONLY = {"sqlite": "the database is read-only", "duckdb": "DuckDB may not read or write the file"}
FILES = {
    ("666", "777"): ("", ""),
    ("444", "777"): ("", "{read_only}"),
    ("666", "555"): ("", "{read_only}"),
    ("444", "555"): ("", "{read_only}"),
    ("000", "777"): ("{unreadable}", "{unreadable_or_read_only}"),
    ("666", "666"): ("permission denied", "permission denied"),
}


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_what_permissions_a_database_file_and_its_folder_need(engine: str, tree: Tree) -> None:
    with tempfile.TemporaryDirectory(prefix="rung-test-") as place:
        # Pytest's own folder cannot be reached by somebody without root's rights.
        Path(place).chmod(0o755)
        root = Path(shutil.copytree(tree(engine) if engine != "sqlite" else tree(), Path(place) / "project"))
        folder = Path(place) / "data"
        folder.mkdir()
        file = folder / "shop.db"
        common = ["shop", "--project", str(root), "--url", f"{engine}:///{file}"]
        assert call("up", *common, "--to", "1").code == 0
        looking = [["status", *common], ["verify", *common]]
        cases = [(*modes, [*looking, ["up", *common], *looking[:1]]) for modes in FILES]
        # Last, and so with nothing left beside the file that would be in the way.
        cases.append(cases.pop(0))
        line = [sys.executable, str(DRIVER), str(folder), str(file), json.dumps(cases)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        result = subprocess.run(line, capture_output=True, text=True, check=False, timeout=120, env=environment)
        assert result.returncode == 0, result.stderr
        for case, answer in zip(cases, map(json.loads, result.stdout.splitlines()), strict=True):
            look, write = FILES[case[0], case[1]]
            words = [look, look, write, look]
            for (code, err), wanted, command in zip(answer, words, case[2], strict=True):
                expected = {
                    "{read_only}": READ_ONLY[engine],
                    "{unreadable}": "DuckDB may not read" if engine == "duckdb" else "SQLite cannot open the file",
                    "{unreadable_or_read_only}": READ_ONLY[engine],
                }.get(wanted, wanted)
                what = f"{engine}, file {case[0]}, folder {case[1]}, {command[0]}: {err}"
                assert code == (3 if wanted else 0) and expected in err, what
                assert not wanted or ("  next: check the p" in err and err.count("rung: ") == 1), what
        assert [path.name for path in folder.iterdir()] == ["shop.db"], "who may only read leaves nothing behind"
        assert call("status", *common, "--exit-code").code == 0
