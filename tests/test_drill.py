"""The drill as its users see it: on copies of real databases and from nothing, on every engine."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import ROOT, Result, Rung, Tree, call, connect, rows, write
from servers import SOURCES, Servers

from runner import engines, project, state
from runner.engines import Row, Settings
from runner.engines.sqlite import SqliteSession
from runner.state import State
from runner.target import FILES, parse

FAMILIES = [
    (family, where)
    for family, known in project.families(ROOT).items()
    for engine in known
    for where in (SOURCES if engine == "postgresql" else (engine,))
]


def drill(*arguments: object) -> Result:
    return call("drill", *arguments, "--json")


def steps(result: Result) -> dict[str, dict[str, Any]]:
    assert "drill" in result.json, result.err
    return {step["id"]: step for step in result.json["drill"]["steps"]}


def verdicts(result: Result) -> list[str]:
    return [step["verdict"] for step in steps(result).values()]


@pytest.fixture
def pg(servers: Servers) -> Iterator[str]:
    """The URL of an empty database of the installed server, or the embedded one."""
    with servers.database(servers.first) as url:
        yield url


def scratch(url: str) -> str:
    """The server that a database is on, as a place for scratch databases."""
    return re.sub(r"@/[^?]*", "@/postgres", url)


def everything(url: str) -> State:
    """Catalog, rows and positions of a database."""
    session = engines.connect(parse(url), "read", Settings())
    try:
        return state.take(session)
    finally:
        session.close()


def step(folder: Path, name: str, forward: str, rollback: str, loses: str = "", keys: str = "") -> None:
    """Add a step whose verify file always holds."""
    lost = f"-- loses: {loses}\n" if loses else ""
    for path, text in {
        f"{name}.sql": f"-- Step: for a test.\n{keys}\n{forward}\n",
        f"{name}.rollback.sql": f"-- Step taken back: for a test.\n{lost}\n{rollback}\n",
        f"verify/{name}.sql": "-- Step: nothing to see.\n\nSELECT '' AS subject, '' AS problem WHERE FALSE;\n",
    }.items():
        (folder / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("family", "where"), FAMILIES, ids=[f"{f}-{w}" for f, w in FAMILIES])
def test_every_family_is_proven_from_nothing(family: str, where: str, tmp_path: Path, servers: Servers) -> None:
    engine = where if where in FILES else "postgresql"
    place: object = tmp_path
    if where not in FILES:
        # Roles belong to the cluster: with those of other tests the ground would not be bare.
        servers.forget_roles(where)  # type: ignore[arg-type]
        place = servers.get(where).url()  # type: ignore[arg-type]
    result = drill(family, "--engine", engine, "--scratch", place)
    assert result.code == 0, result.out + result.err
    found = result.json["drill"]
    assert found["proven"]
    assert found["rows"] > 5
    assert not found["notes"], "every seed row fits"
    tree = project.load(ROOT, family, engine)
    assert [step["id"] for step in found["steps"]] == [step.id for step in tree.steps]
    for step in found["steps"]:
        if step["verdict"] == "skipped":
            assert tree.find(step["id"]).requires
            continue
        assert step["basis"] == "nothing"
        assert step["up"]["step_ms"] > 0
        assert step["down"]["step_ms"] > 0
        assert step["before"] != step["after"]
        assert step["verdict"] == ("lossy" if step["losses"] else "lossless")
        assert all(loss["declared"] for loss in step["losses"])
    assert list(tmp_path.iterdir()) == [], "nothing is left"


def test_a_copy_of_a_sqlite_database_in_use_is_drilled_and_the_original_keeps_every_byte(
    rung: Rung, url: str, database: Path
) -> None:
    assert rung("up", "ggen", "--url", url, "--to", "0005").code == 0
    with closing(connect(database)) as writer:
        seed = (ROOT / "sql/seed/ggen/sqlite.sql").read_text(encoding="utf-8").split("INSERT INTO pipeline_metrics")[0]
        writer.executescript(seed)
        before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in database.parent.glob("test.db*")}
        result = drill("ggen", "--url", url)
        after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in database.parent.glob("test.db*")}
        assert after["test.db"] == before["test.db"]
        assert after["test.db-wal"] == before["test.db-wal"]
    assert result.code == 0, result.out
    found = result.json["drill"]
    assert found["place"] == url
    assert found["copy_bytes"] > 50_000
    assert {step["basis"] for step in found["steps"]} == {"copy"}
    assert steps(result)["0001.ggen-workflow-sessions"]["losses"][0]["count"] == 4
    assert rung("status", "ggen", "--url", url).out.count("pending") == 3


def test_a_copy_of_a_duckdb_database_is_drilled_and_the_original_keeps_every_byte(rung: Rung, tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    url = f"duckdb:///{path}"
    assert rung("up", "agentdb", "--url", url, "--to", "0004").code == 0
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    result = drill("agentdb", "--url", url)
    assert result.code == 0, result.out
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert {step["basis"] for step in steps(result).values()} == {"copy"}


def test_a_copy_of_a_postgresql_database_is_drilled_and_the_original_stays(rung: Rung, pg: str) -> None:
    assert rung("up", "mister_smith", "--url", pg, "--to", "0012").code == 0
    months = ("partitions_create", "--url", pg, "--param", "months_ahead=1", "--yes")
    assert rung("query", "mister_smith", *months).code == 0
    with psycopg.connect(pg, autocommit=True) as connection:
        connection.execute("CREATE INDEX dba_idx ON agents (name, id)")
        connection.execute(
            "INSERT INTO metrics (metric_name, metric_value, metric_type)"
            " SELECT 'm' || i, i, 'gauge' FROM generate_series(1, 2000) AS i"
        )
        # Nothing may be written in it from here on, whoever asks.
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET default_transaction_read_only = on")
        before = everything(pg)
        result = drill("mister_smith", "--url", pg)
        assert everything(pg) == before
        left = connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'rung%'").fetchone()
        assert left == (0,)
    assert result.code == 0, result.out + result.err
    eighth = steps(result)["0008.mister_smith-monitoring"]
    assert eighth["basis"] == "copy"
    assert [loss["count"] for loss in eighth["losses"] if loss["table"] == "metrics"] == [2004]


def test_a_role_that_may_only_read_has_its_database_drilled(rung: Rung, tree: Tree, pg: str) -> None:
    root = tree("postgresql")
    assert rung("up", "shop", "--project", root, "--url", pg, "--to", "1").code == 0
    role = "reader_" + pg.partition("@/")[2].partition("?")[0]
    with psycopg.connect(pg, autocommit=True) as connection:
        connection.execute("INSERT INTO customers (id, name) VALUES (1, 'a'), (2, 'b')")
        connection.execute(f"CREATE ROLE {role} LOGIN")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        connection.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        connection.execute(f"ALTER ROLE {role} SET default_transaction_read_only = on")
        before = everything(pg)
        result = drill("shop", "--project", root, "--url", pg.replace("postgres@", f"{role}@"))
        assert everything(pg) == before
        connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert result.code == 0, result.out + result.err
    assert [loss["count"] for loss in steps(result)["0001.shop-customers"]["losses"]] == [2]


def test_rows_that_are_there_decide_about_a_pending_step(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree()
    step(
        root / "migrations/shop/sqlite",
        "0003.shop-names",
        "CREATE UNIQUE INDEX customers_name_key ON customers (name);",
        "DROP INDEX customers_name_key;",
    )
    assert rung("up", "shop", "--project", root, "--url", url, "--to", "2").code == 0
    assert drill("shop", "--project", root, "--url", url).code == 0
    write(database, "INSERT INTO customers (name) VALUES ('Ada'), ('Ada')")
    result = drill("shop", "--project", root, "--url", url)
    assert result.code == 1
    third = steps(result)["0003.shop-names"]
    assert third["verdict"] == "broken"
    assert "does not go up: " in third["reason"]
    assert "0003.shop-names.sql:3:1: SQLite says: UNIQUE constraint failed: customers.name" in third["reason"]
    assert verdicts(result) == ["lossy", "lossy", "broken"]
    step(
        root / "migrations/shop/sqlite", "0004.shop-next", "CREATE TABLE next (id INTEGER);", "DROP TABLE next;", "next"
    )
    assert verdicts(drill("shop", "--project", root, "--url", url))[2:] == ["broken", "lossy"], (
        "from nothing it is fine"
    )
    assert steps(drill("shop", "--project", root, "--url", url))["0004.shop-next"]["basis"] == "nothing"
    assert rows(database, "SELECT count(*) FROM customers") == [(2,)]


def test_rows_of_the_users_own_are_written_too(rung: Rung, tree: Tree, tmp_path: Path) -> None:
    root, own = tree(), tmp_path / "own.sql"
    own.write_text(
        "INSERT INTO customers (id, name) VALUES (1, 'a'), (2, 'b');\nINSERT INTO orders VALUES (1, 1, NULL);\n"
    )
    result = drill("shop", "--project", root, "--engine", "sqlite", "--writes", own)
    assert result.code == 0, result.out
    assert [loss["count"] for loss in steps(result)["0001.shop-customers"]["losses"]] == [2]
    own.write_text("INSERT INTO customers (id, name) VALUES (1, 'a');\n\n  INSERT INTO customer (id) VALUES (1);\n")
    result = drill("shop", "--project", root, "--engine", "sqlite", "--writes", own)
    assert result.code == 3
    assert f"{own}:3:15: SQLite says: no such table: customer" in result.err
    result = drill("shop", "--project", root, "--engine", "sqlite", "--writes", tmp_path / "absent.sql")
    assert result.code == 2


def test_what_is_not_of_the_steps_goes_with_its_table_and_else_is_missed(
    rung: Rung, tree: Tree, url: str, database: Path
) -> None:
    root = tree()
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    write(database, "CREATE INDEX dba_idx ON orders (note)", "CREATE TABLE mine (id INTEGER PRIMARY KEY)")
    write(database, "INSERT INTO mine VALUES (1)")
    assert drill("shop", "--project", root, "--url", url).code == 0
    folder = root / "migrations/shop/sqlite"
    rollback = folder / "0002.shop-orders.rollback.sql"
    rollback.write_text(rollback.read_text(encoding="utf-8") + "\nDROP TABLE mine;\n", encoding="utf-8")
    assert rung("down", "shop", "--project", root, "--url", url, "--from-ledger").code == 0
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    result = drill("shop", "--project", root, "--url", url)
    assert result.code == 1
    findings = " ".join(steps(result)["0002.shop-orders"]["findings"])
    assert "takes table mine along, which is not of these steps" in findings
    assert "loses mine (1 row)" in findings


@pytest.mark.parametrize("engine", ["sqlite", "duckdb", "postgresql"])
def test_of_many_rows_a_difference_is_seen_too(engine: str, tree: Tree, tmp_path: Path, request: Any) -> None:
    root = tree("duckdb", "postgresql")
    folder = root / "migrations/shop" / engine
    step(
        folder,
        "0003.shop-trim",
        "CREATE TABLE third (id INTEGER);",
        "UPDATE customers SET name = 'other' WHERE id = 4321;\n\nDROP TABLE third;",
        loses="third (every row)",
    )
    own = tmp_path / "own.sql"
    values = ", ".join(f"({i}, 'name {i}')" for i in range(5000))
    own.write_text(f"INSERT INTO customers (id, name) VALUES {values};\n")
    place = scratch(request.getfixturevalue("pg")) if engine == "postgresql" else tmp_path
    result = drill("shop", "--project", root, "--engine", engine, "--writes", own, "--scratch", place)
    assert result.code == 1
    assert verdicts(result) == ["lossy", "lossy", "broken"]
    assert "table customers: 5,000 rows before, 5,000 after, and not the same ones" in " ".join(
        steps(result)["0003.shop-trim"]["difference"]
    )


def test_locks_and_rewrites_are_measured(tree: Tree, pg: str) -> None:
    root = tree("postgresql")
    folder = root / "migrations/shop/postgresql"
    step(
        folder,
        "0003.shop-wide",
        "ALTER TABLE customers ALTER COLUMN id TYPE bigint;",
        "ALTER TABLE customers ALTER COLUMN id TYPE integer;",
    )
    step(
        folder,
        "0004.shop-index",
        "CREATE INDEX orders_note_idx ON orders (note);\n\nCOMMENT ON TABLE orders IS 'x';\n\nSELECT pg_sleep(0.2);",
        "COMMENT ON TABLE orders IS NULL;\n\nDROP INDEX orders_note_idx;",
    )
    step(
        folder,
        "0005.shop-alone",
        "CREATE INDEX CONCURRENTLY i ON orders (id);",
        "DROP INDEX i;",
        keys="-- transactional: false\n",
    )
    result = drill("shop", "--project", root, "--engine", "postgresql", "--scratch", scratch(pg))
    assert result.code == 0, result.out + result.err
    third, fourth, fifth = list(steps(result).values())[2:]
    assert third["up"]["rewrites"] == ["customers"]
    assert third["down"]["rewrites"] == ["customers"]
    assert ("ACCESS EXCLUSIVE", "customers") in {(lock["mode"], lock["relation"]) for lock in third["up"]["locks"]}
    assert not fourth["up"]["rewrites"]
    (lock,) = [lock for lock in fourth["up"]["locks"] if lock["relation"] == "orders"]
    assert lock["mode"] == "SHARE UPDATE EXCLUSIVE" or lock["mode"] == "SHARE"
    assert 200 <= lock["held_ms"] < 2000, "to the commit, which comes after the sleep"
    assert fourth["window_ms"] >= 200
    assert not fifth["up"]["locks"]
    assert fifth["window_ms"] < 200


@pytest.mark.parametrize("engine", ["sqlite", "duckdb", "postgresql"])
def test_a_step_that_is_killed_at_any_boundary_leaves_the_database_as_it_was(
    engine: str, tree: Tree, tmp_path: Path, request: Any
) -> None:
    root = tree("duckdb", "postgresql")
    place = scratch(request.getfixturevalue("pg")) if engine == "postgresql" else tmp_path
    own = tmp_path / "own.sql"
    own.write_text("INSERT INTO customers (id, name) VALUES (1, 'a'), (2, 'b');\n")
    arguments = ("shop", "--project", root, "--engine", engine, "--scratch", place, "--crash", "--writes", own)
    result = drill(*arguments)
    assert result.code == 0, result.out + result.err
    first = steps(result)["0001.shop-customers"]
    kills = sum(len(step["crashes"]) for step in steps(result).values())
    assert f"; {kills} kills, all survived." in result.err
    # Two statements up and two down: before each, and before the commit.
    assert [(crash["operation"], crash["statement"]) for crash in first["crashes"]] == [
        (way, number) for way in ("up", "down") for number in (1, 2, 3)
    ]
    assert not any(crash["problem"] for step in steps(result).values() for crash in step["crashes"])
    step(
        root / "migrations/shop" / engine,
        "0003.shop-alone",
        "CREATE INDEX i ON orders (id);",
        "DROP INDEX i;",
        keys="-- transactional: false\n",
    )
    result = drill(*arguments)
    assert result.code == 1
    assert re.search(r"; \d+ kills, [1-9]\d* not survived\.", result.err)
    problems = {
        crash["statement"]: crash["problem"]
        for crash in steps(result)["0003.shop-alone"]["crashes"]
        if crash["operation"] == "up"
    }
    assert not problems[1]
    assert re.search("the next run fails: .*already exists", problems[2]), "outside a transaction a statement stays"


def test_reports_and_certificate_are_written_or_refused_before_anything_is_done(
    rung: Rung, tree: Tree, tmp_path: Path
) -> None:
    root = tree()
    files = {name: tmp_path / name for name in ("r.html", "r.xml", "c.json")}
    forms = ("--html", files["r.html"], "--junit", files["r.xml"], "--certificate", files["c.json"])
    result = rung("drill", "shop", "--project", root, "--engine", "sqlite", *forms)
    assert result.code == 0, result.err
    assert "<!doctype html>" in files["r.html"].read_text(encoding="utf-8").lower()
    assert 'tests="2"' in files["r.xml"].read_text(encoding="utf-8")
    assert json.loads(files["c.json"].read_text(encoding="utf-8"))["family"] == "shop"
    assert all(str(path) in result.out for path in files.values())
    for bad in (tmp_path / "absent" / "r.html", tmp_path):
        result = rung("drill", "shop", "--project", root, "--engine", "sqlite", "--html", bad)
        assert result.code == 2
        assert f"{bad}: this file cannot be written" in result.err
        assert not result.out
    assert rung("drill", "shop", "--project", root, "--engine", "sqlite", "--sign", "key").code == 2


def test_a_family_on_several_engines_wants_to_know_which(rung: Rung, tree: Tree) -> None:
    result = rung("drill", "shop", "--project", tree("duckdb"))
    assert result.code == 2
    assert "--engine" in result.err
    assert "duckdb, sqlite" in result.err
    assert rung("drill", "nothing").code == 2


def test_an_interrupted_drill_leaves_nothing(tree: Tree, tmp_path: Path) -> None:
    root, place = tree(), tmp_path / "place"
    place.mkdir()
    # A check that takes as long as it likes, until the run is told to end.
    verify = root / "migrations/shop/sqlite/verify/0002.shop-orders.sql"
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    endless = f"{numbers} SELECT '' AS subject, '' AS problem FROM n WHERE i < 0"
    verify.write_text(f"-- Orders: an endless check.\n\n{endless};\n", encoding="utf-8")
    command = [
        "timeout",
        "-s",
        "TERM",
        "1",
        *_command("drill", "shop", "--project", root, "--engine", "sqlite", "--scratch", place),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, cwd=ROOT)
    assert "interrupted" in result.stderr
    assert list(place.iterdir()) == []


def _command(*arguments: object) -> list[str]:
    import sys

    return [sys.executable, "-m", "runner", *map(str, arguments)]


def test_no_url_means_from_nothing_and_the_environment_counts(
    rung: Rung, tree: Tree, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree()
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    monkeypatch.setenv("RUNG_URL", url)
    assert drill("shop", "--project", root).json["drill"]["place"] == url
    assert not drill("shop", "--project", root, "--engine", "sqlite").json["drill"]["place"]
    monkeypatch.delenv("RUNG_URL")
    assert not drill("shop", "--project", root).json["drill"]["place"]


def test_files_and_ledger_must_agree_first(rung: Rung, tree: Tree, url: str) -> None:
    root = tree()
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    file = root / "migrations/shop/sqlite/0002.shop-orders.sql"
    file.write_text(file.read_text(encoding="utf-8") + "\n-- edited\n", encoding="utf-8")
    result = rung("drill", "shop", "--project", root, "--url", url)
    assert result.code == 3
    assert "0002.shop-orders was edited" in result.err


def test_a_schema_of_its_own_is_drilled_and_its_certificate_fits(
    rung: Rung, tree: Tree, pg: str, tmp_path: Path
) -> None:
    root, paper = tree("postgresql"), tmp_path / "c.json"
    arguments = ("shop", "--project", root, "--schema", "fresh")
    result = rung("drill", *arguments, "--engine", "postgresql", "--scratch", scratch(pg), "--certificate", paper)
    assert result.code == 0, result.out
    result = rung("up", *arguments, "--url", pg, "--require-drill", paper)
    assert result.code == 0, result.err
    assert rung("drill", "shop", "--project", root, "--schema", "fresh", "--engine", "duckdb").code == 2


def test_a_pending_irreversible_step_leaves_what_was_found_on_the_copy(
    rung: Rung, tree: Tree, url: str, database: Path, tmp_path: Path
) -> None:
    root, paper = tree("good-third"), tmp_path / "c.json"
    folder = root / "migrations/shop/sqlite"
    (folder / "0003.shop-third.rollback.sql").unlink()
    forward = folder / "0003.shop-third.sql"
    title, rest = forward.read_text(encoding="utf-8").split("\n", 1)
    forward.write_text(f"{title}\n-- irreversible: it is only forward\n{rest}", encoding="utf-8")
    write(database, "CREATE TABLE mine (id INTEGER PRIMARY KEY)")
    result = drill("shop", "--project", root, "--url", url, "--certificate", paper)
    assert result.code == 0, result.out + result.err
    assert verdicts(result) == ["lossy", "lossy", "irreversible"]
    assert {step["basis"] for step in steps(result).values()} == {"copy"}
    step(
        folder,
        "0004.shop-titles",
        "ALTER TABLE customers RENAME COLUMN name TO title;",
        "ALTER TABLE customers RENAME COLUMN title TO name;",
    )
    assert verdicts(drill("shop", "--project", root, "--engine", "sqlite"))[2:] == ["irreversible", "lossless"]
    for path in folder.rglob("0004*"):
        path.unlink()
    up = ("up", "shop", "--project", root, "--url", url, "--require-drill", paper)
    assert rung(*up).code == 1
    result = rung(*up, "--allow", "lossless,lossy,irreversible")
    assert result.code == 0, result.err


def test_tables_that_no_step_writes_to_are_read_once(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, because that is where the time of a drill goes."""
    root = tree()
    folder = root / "migrations/shop/sqlite"
    for number in range(3, 8):
        step(
            folder,
            f"000{number}.shop-t{number}",
            f"CREATE TABLE t{number} (id INTEGER);",
            f"DROP TABLE t{number};",
            f"t{number}",
        )
    own = tmp_path / "own.sql"
    own.write_text("INSERT INTO customers (id, name) VALUES (1, 'a');\n")
    asked: list[str] = []
    query = SqliteSession.query

    def counted(session: SqliteSession, text: str) -> list[Row]:
        asked.append(text)
        return query(session, text)

    monkeypatch.setattr(SqliteSession, "query", counted)
    assert drill("shop", "--project", root, "--engine", "sqlite", "--writes", own).code == 0
    # When it is new, with its row, and around the steps that have to do with it: not at each of seven.
    assert 2 <= sum('FROM "customers"' in text for text in asked) <= 8


def test_an_empty_column_that_is_dropped_is_lost_and_one_that_is_renamed_is_not(rung: Rung, tree: Tree) -> None:
    root = tree()
    folder = root / "migrations/shop/sqlite"
    forth, back = (
        "ALTER TABLE customers RENAME COLUMN name TO title;",
        "ALTER TABLE customers RENAME COLUMN title TO name;",
    )
    step(folder, "0003.shop-titles", forth, back)
    step(
        folder,
        "0004.shop-notes",
        "ALTER TABLE customers ADD COLUMN note TEXT;",
        "ALTER TABLE customers DROP COLUMN note;",
    )
    result = drill("shop", "--project", root, "--engine", "sqlite")
    assert result.code == 1
    third, fourth = list(steps(result).values())[2:]
    assert (third["verdict"], third["findings"]) == ("lossless", [])
    assert fourth["findings"] == ["loses customers.note (0 values), and `loses:` of its rollback is missing"]


def test_above_a_step_without_a_way_back_rows_from_below_are_tried_too(tree: Tree) -> None:
    root = tree()
    folder = root / "migrations/shop/sqlite"
    step(
        folder, "0003.shop-third", "CREATE TABLE third (id INTEGER);", "", keys="-- irreversible: it is only forward\n"
    )
    (folder / "0003.shop-third.rollback.sql").unlink()
    step(
        folder,
        "0004.shop-no-notes",
        "ALTER TABLE third ADD COLUMN note TEXT;\n\nALTER TABLE customers DROP COLUMN name;",
        "ALTER TABLE third DROP COLUMN note;\n\nALTER TABLE customers ADD COLUMN name TEXT NOT NULL DEFAULT '';",
        loses="third.note (every value)",
    )
    index = "CREATE INDEX customers_name_idx ON customers (name);"
    file = folder / "0001.shop-customers.sql"
    file.write_text(file.read_text(encoding="utf-8").replace(index, ""), encoding="utf-8")
    file = folder / "0001.shop-customers.rollback.sql"
    file.write_text(file.read_text(encoding="utf-8").replace("DROP INDEX customers_name_idx;", ""), encoding="utf-8")
    (folder / "verify/0001.shop-customers.sql").write_text(
        "-- Customers: nothing to see.\n\nSELECT '' AS subject, '' AS problem WHERE FALSE;\n", encoding="utf-8"
    )
    (root / "sql/seed/shop").mkdir(parents=True)
    (root / "sql/seed/shop/sqlite.sql").write_text("INSERT INTO customers (id, name) VALUES (1, 'Ada');\n")
    result = drill("shop", "--project", root, "--engine", "sqlite")
    assert verdicts(result) == ["lossy", "lossy", "irreversible", "broken"], result.out
    assert "- 1 | 'Ada'" in steps(result)["0004.shop-no-notes"]["difference"]


def test_rows_that_the_next_climb_would_bring_back_are_gone_all_the_same(tree: Tree, tmp_path: Path) -> None:
    root, own = tree(), tmp_path / "own.sql"
    own.write_text("INSERT OR IGNORE INTO customers (id, name) VALUES (1, 'Ada'), (2, 'Bob');\n")
    step(
        root / "migrations/shop/sqlite",
        "0003.shop-house",
        "INSERT OR IGNORE INTO customers (id, name) VALUES (1, 'Ada');\n\nCREATE TABLE third (id INTEGER);",
        "DROP TABLE third;\n\nDELETE FROM customers;",
        loses="third (every row)",
    )
    result = drill("shop", "--project", root, "--engine", "sqlite", "--writes", own)
    assert result.code == 1
    third = steps(result)["0003.shop-house"]
    assert third["verdict"] == "broken"
    assert "loses customers (2 rows), and `loses:` of its rollback says something else" in third["findings"]
    own.write_text("CREATE TABLE IF NOT EXISTS x (id INTEGER);\n")
    result = drill("shop", "--project", root, "--engine", "sqlite", "--writes", own)
    assert "loses customers (1 row), and" in " ".join(steps(result)["0003.shop-house"]["findings"])


def test_a_rollback_outside_a_transaction_is_looked_at_like_any(tree: Tree, tmp_path: Path) -> None:
    root, own = tree(), tmp_path / "own.sql"
    own.write_text("INSERT INTO customers (id, name) VALUES (1, 'Ada');\n")
    folder = root / "migrations/shop/sqlite"
    step(folder, "0003.shop-third", "CREATE INDEX third ON orders (note);", "DROP INDEX third;")
    rollback = folder / "0003.shop-third.rollback.sql"
    alone = "-- transactional: false\n\nUPDATE customers SET name = 'x';\n"
    rollback.write_text(f"-- Third taken back: and not.\n{alone}", encoding="utf-8")
    result = drill("shop", "--project", root, "--engine", "sqlite", "--writes", own)
    assert "loses customers.name (1 value)" in " ".join(steps(result)["0003.shop-third"]["findings"]), result.out


def test_steps_that_need_what_only_the_database_has_are_tried_on_its_copy(
    rung: Rung, tree: Tree, url: str, database: Path
) -> None:
    root = tree()
    write(database, "CREATE TABLE ours (id INTEGER PRIMARY KEY, name TEXT)", "INSERT INTO ours VALUES (1, 'a')")
    folder = root / "migrations/shop/sqlite"
    step(
        folder,
        "0003.shop-ours",
        "ALTER TABLE ours ADD COLUMN more TEXT;",
        "ALTER TABLE ours DROP COLUMN more;",
        "ours.more",
    )
    step(folder, "0004.shop-index", "CREATE INDEX ours_idx ON ours (name);", "DROP INDEX ours_idx;")
    for state_before in ("pending", "applied"):
        result = drill("shop", "--project", root, "--url", url)
        assert result.code == 0, (state_before, result.out)
        assert verdicts(result) == ["lossy", "lossy", "lossy", "lossless"]
        (note,) = result.json["drill"]["notes"]
        assert "0003.shop-ours could be tried on the copy only: from nothing it does not go up: " in note
        assert "no such table: ours" in note
        rung("up", "shop", "--project", root, "--url", url)
    file = folder / "0004.shop-index.rollback.sql"
    file.write_text(file.read_text(encoding="utf-8") + "\nUPDATE ours SET name = 'b';\n", encoding="utf-8")
    rung("down", "shop", "--project", root, "--url", url, "--from-ledger")
    result = drill("shop", "--project", root, "--url", url)
    assert verdicts(result) == ["lossy", "lossy", "lossy", "broken"]


def test_what_is_in_rows_of_a_copy_stays_out_of_the_report_unless_it_is_asked_for(
    rung: Rung, tree: Tree, pg: str, tmp_path: Path
) -> None:
    root = tree("postgresql")
    assert rung("up", "shop", "--project", root, "--url", pg).code == 0
    with psycopg.connect(pg, autocommit=True) as connection:
        connection.execute("INSERT INTO customers (id, name) VALUES (1, 'Secret'), (2, 'Secret')")
    folder = root / "migrations/shop/postgresql"
    step(
        folder,
        "0003.shop-trim",
        "CREATE TABLE third (id int);",
        "UPDATE customers SET name = 'x'; DROP TABLE third;",
        "third",
    )
    step(folder, "0004.shop-key", "ALTER TABLE customers ADD UNIQUE (name);", "SELECT 1;")
    page = tmp_path / "r.html"
    for asked in ((), ("--show-values",)):
        result = drill("shop", "--project", root, "--url", pg, "--html", page, *asked)
        assert verdicts(result)[2:] == ["broken", "broken"]
        told = result.out + result.err + page.read_text(encoding="utf-8")
        assert ("Secret" in told) == bool(asked)
        assert "differs in name" in told or asked
