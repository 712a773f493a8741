"""What is peculiar to PostgreSQL: places and details of errors, locks and retries, statements outside a transaction,
poolers, schemas, optional steps, and connections that fail."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import ROOT, Result, Rung, Tree, call, counted_kinds
from servers import SOURCES, Servers, waiting

from runner import engines, examine, throwaway
from runner.engines import Settings
from runner.engines.postgresql_text import numbered, statements
from runner.examine import Object
from runner.target import parse

THIRD = "migrations/shop/postgresql/0003.shop-third.sql"
THERE = "SELECT 'third' AS subject, 'is missing' AS problem WHERE to_regclass('third') IS NULL;"
TABLE = "CREATE TABLE third (id integer);\n\n"

# fault: the step's SQL, its verify file's, where the message points, what it says, what stands anywhere below
BROKEN = {
    "syntax": (
        TABLE + "SELECT 'é€';\nSELECT (1;",
        THERE,
        f"{THIRD}:6:10:",
        'at or near ";" (SQLSTATE 42601)',
        "correct",
    ),
    "no such table": (
        TABLE + "SELECT 1 FROM nowhere;",
        THERE,
        f"{THIRD}:5:15:",
        "(SQLSTATE 42P01)",
        "correct the file",
    ),
    "no such column": (
        TABLE + "SELECT 'é', nam FROM customers;",
        THERE,
        f"{THIRD}:5:13:",
        '"nam" does not',
        "HINT: Per",
    ),
    "in a function's body": (
        TABLE + "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$\nBEGN\n  RETURN 1;\nEND $f$;",
        THERE,
        f"{THIRD}:6:1:",
        'syntax error at or near "BEGN"',
        "correct the file",
    ),
    "exists": (
        TABLE + "SELECT 1;\nCREATE TABLE\n  customers (id int);",
        THERE,
        f"{THIRD}:6:1:",
        "already exists",
        "co",
    ),
    "does not fit": (
        TABLE + "INSERT INTO orders (id, customer_id) VALUES (1, 99);",
        THERE,
        f"{THIRD}:5:1:",
        'violates foreign key constraint "orders_customer_id_fkey" (SQLSTATE 23503)',
        'DETAIL: Key (customer_id)=(99) is not present in table "customers".',
    ),
    "raises": (
        TABLE + "DO $$ BEGIN RAISE EXCEPTION 'no' USING HINT = 'try', DETAIL = 'because'; END $$;",
        THERE,
        f"{THIRD}: ",
        "PostgreSQL says: no (SQLSTATE P0001)",
        "DETAIL: because\n  HINT: try\n  CONTEXT: PL/pgSQL function inline_code_block line 1 at RAISE\n  kept",
    ),
    "deferred": (
        TABLE + "ALTER TABLE third ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED;\nINSERT INTO third VALUES (1), (1);",
        THERE,
        f"{THIRD}:1:1:",
        "at its commit: duplicate key value",
        "DETAIL: Key (id)=(1) already exists.",
    ),
    "commits": (TABLE + "-- COMMIT;\nCOMMIT;", THERE, f"{THIRD}:6:1:", "COMMIT is not allowed in a step", "drop it"),
    "begins": ("BEGIN;\n" + TABLE, THERE, f"{THIRD}:3:1:", "BEGIN is not allowed in a step", "drop it"),
    "rolls back": (TABLE + "ROLLBACK; CREATE TABLE fourth ();", THERE, f"{THIRD}:5:1:", "ROLLBACK is not", "drop it"),
    "ends": (TABLE + "END;", THERE, f"{THIRD}:5:1:", "END is not allowed in a step", "drop it"),
    "commits in a block": (TABLE + "DO $$ BEGIN COMMIT; END $$;", THERE, f"{THIRD}", "invalid transaction term", "c"),
    "saves a point": (TABLE + "SAVEPOINT a;", THERE, f"{THIRD}:5:1:", "SAVEPOINT is not allowed", "drop it"),
    "psql's": (TABLE + "\\copy third FROM 'x'", THERE, f"{THIRD}:5:1:", 'at or near "\\"', "correct the file"),
    "vacuum": (TABLE + "VACUUM;", THERE, f"{THIRD}", "cannot run inside a transaction block", "`transactional: false`"),
    "empty": ("-- nothing", THERE, f"{THIRD}:1:1:", "the file holds no statement", "write the step's SQL"),
    "verify writes": (
        TABLE,
        "INSERT INTO third VALUES (1);",
        "verify/0003.shop-third.sql:3:1",
        "INSERT in a",
        "a SELECT",
    ),
    "verify writes inside": (
        TABLE,
        "WITH sly AS (INSERT INTO third VALUES (1) RETURNING id)\n\nSELECT '', '' FROM sly WHERE FALSE;",
        "verify/0003.shop-third.sql:3:1",
        "in a read-only transaction",
        "a SELECT",
    ),
    "verify moves a sequence": (
        TABLE + "CREATE SEQUENCE numbers;",
        "SELECT '', '' WHERE nextval('numbers') > 9;",
        "verify/0003.shop-third.sql:3:1",
        "cannot execute nextval() in a read-only transaction",
        "a SELECT",
    ),
    "verify commits": (TABLE, "COMMIT;", "verify/0003.shop-third.sql:3:1", "COMMIT in a verify file", "a SELECT"),
    "verify fails": (TABLE, "SELECT nocol, '';", "verify/0003.shop-third.sql:3:8", '"nocol"', "correct the verify"),
    "verify returns one column": (TABLE, "SELECT 1;", "0003.shop-third.sql:3:1", "two columns", "no rows is a pass"),
    "verify is empty": (TABLE, "-- nothing", "verify/0003.shop-third.sql:1:1", "proves nothing", "write a SELECT"),
    "verify finds": (TABLE, "SELECT 'a', 'b';", "0003.shop-third.sql:1:1", "found 1 violation", "a: b\n"),
}


def third(root: Path, forward: str, verify: str = THERE, rollback: str = "DROP TABLE third;", key: str = "") -> None:
    """Write a third step into a tree."""
    folder = root / "migrations" / "shop" / "postgresql"
    parts = {
        "0003.shop-third.sql": forward,
        "0003.shop-third.rollback.sql": rollback,
        "verify/0003.shop-third.sql": verify,
    }
    for name, text in parts.items():
        keys = f"-- {key}\n" if key and not name.startswith("verify") else ""
        keys = "" if "requires" in keys and "rollback" in name else keys
        (folder / name).write_text(f"-- Third: a table more.\n{keys}\n{text}\n", encoding="utf-8")


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


def catalog(url: str, schema: str = "") -> list[Object]:
    with closing(engines.connect(parse(url, schema), "read", Settings())) as session:
        return examine.objects(session)


@pytest.fixture(params=SOURCES)
def url(servers: Servers, request: pytest.FixtureRequest) -> Iterator[str]:
    """A new database on each server there is."""
    with servers.database(request.param) as url:
        yield url


@pytest.fixture
def here(servers: Servers) -> Iterator[str]:
    """A new database on one of the servers, for what does not depend on the version."""
    with servers.database(servers.first) as url:
        yield url


@pytest.fixture
def root(tree: Tree) -> Path:
    return tree("postgresql")


def shop(root: Path, url: str) -> Callable[..., Result]:
    """Apply two steps and write rows; the command `up`."""

    def up(*options: str) -> Result:
        return call("up", "shop", "--project", root, "--url", url, *options)

    assert up("--to", "2").code == 0
    rows(url, "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace')")
    return up


ONE_OF_EACH = """
    -- One of the two is on each server.
    DO $$ BEGIN
        EXECUTE 'CREATE EXTENSION ' || (SELECT name FROM pg_available_extensions WHERE name IN ('pg_trgm', 'vector'));
    END $$;
    CREATE TYPE mood AS ENUM ('well');
    CREATE DOMAIN positive AS int CHECK (value > 0);
    CREATE TYPE pair AS (one int, other int);
    CREATE SEQUENCE numbers;
    CREATE TABLE made (id serial PRIMARY KEY, at int GENERATED ALWAYS AS IDENTITY, name text UNIQUE, day date);
    CREATE TABLE parted (day date) PARTITION BY RANGE (day);
    CREATE TABLE parted_first PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE INDEX ON parted (day);
    CREATE INDEX ON made (day);
    CREATE STATISTICS made_both ON name, day FROM made;
    CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
    CREATE VIEW seen AS SELECT name FROM made;
    CREATE MATERIALIZED VIEW kept AS SELECT name FROM made;
    CREATE RULE silent AS ON DELETE TO made DO INSTEAD NOTHING;
    CREATE TRIGGER noting BEFORE INSERT ON made FOR EACH ROW EXECUTE FUNCTION noted();
    CREATE TRIGGER noting BEFORE INSERT ON parted FOR EACH ROW EXECUTE FUNCTION noted();
    ALTER TABLE made ENABLE ROW LEVEL SECURITY;
    CREATE POLICY all_of_it ON made USING (true);
    COMMENT ON TABLE made IS 'made';
    GRANT SELECT ON made TO pg_monitor;
"""


def test_what_is_counted_is_what_the_catalog_lists(root: Path, url: str) -> None:
    shop(root, url)
    with psycopg.connect(url) as connection:
        connection.execute(ONE_OF_EACH)
    with closing(engines.connect(parse(url), "read", Settings())) as session:
        found = examine.count(session)
        assert found == counted_kinds(examine.objects(session))
    assert list(found) == [
        *("extension", "type", "sequence", "table", "index", "statistics", "function", "materialized view", "view"),
        *("rule", "trigger", "policy"),
    ]


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_step_is_undone_and_says_where(fault: str, root: Path, url: str) -> None:
    forward, verify, where, what, then = BROKEN[fault]
    up = shop(root, url)
    applied = "SELECT migration_id, applied_at_utc FROM _yoyo_migration"
    before = catalog(url), rows(url, "TABLE customers"), rows(url, applied)
    third(root, forward, verify)
    result = up()
    assert result.code == 3, result.out
    assert where in result.err.splitlines()[0] and what in result.err.splitlines()[0], result.err
    assert "  kept: 0003.shop-third was undone completely" in result.err
    assert then in result.err.partition("\n")[2], result.err
    assert (catalog(url), rows(url, "TABLE customers"), rows(url, applied)) == before
    (event,) = rows(url, "SELECT operation, outcome, message FROM _rung_event WHERE outcome <> 'ok'")
    assert event[:2] == ("up", "failed") and what in event[2]
    third(root, TABLE)
    assert up().code == 0
    # The lock is given back, as soon as the server has seen that the client is gone.
    until(lambda: rows(url, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)])


def test_a_step_goes_to_the_server_as_it_is(root: Path, here: str) -> None:
    third(
        root,
        "CREATE TABLE third (\"begin;\" text DEFAULT ';', note text); -- a; b\n/* c; /* d; */ e; */\n"
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 'a;'; SELECT 'b;'; END;\n"
        "INSERT INTO third (note) VALUES ($body$it's; --\n$body$), (E'it\\'s;'), (f()), ('100 % $1 $note');;",
    )
    result = shop(root, here)()
    assert result.code == 0, result.err
    assert rows(here, "SELECT note FROM third") == [("it's; --\n",), ("it's;",), ("b;",), ("100 % $1 $note",)]


def test_a_step_of_several_megabytes_arrives_whole_and_its_errors_are_found(root: Path, here: str) -> None:
    bodies = [f"{number}\n€😀" + "a" * 1_000_000 for number in range(11)]
    text = "CREATE TABLE third (id serial, body text);\n"
    text += "\n".join(f"INSERT INTO third (body) VALUES ('{body}');" for body in bodies)
    third(root, text + "\nSELECT\n    nocol;")
    up = shop(root, here)
    result = up()
    assert result.code == 3
    assert f'{THIRD}:27:5: PostgreSQL says: column "nocol" does not exist' in result.err
    third(root, text)
    assert up().code == 0
    assert rows(here, "SELECT body FROM third ORDER BY id") == [(body,) for body in bodies]


def test_what_a_step_sets_does_not_outlive_it(root: Path, here: str) -> None:
    third(root, TABLE + "SET search_path = pg_catalog;\nSET ROLE pg_monitor;")
    result = shop(root, here)()
    assert result.code == 0, result.err
    assert rows(here, "SELECT schemaname, tableowner FROM pg_tables WHERE tablename = 'third'") == [
        ("public", "postgres")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1; SELECT 2", [(0, "SELECT 1"), (10, "SELECT 2")]),
        ("-- a;\n/* b; /* c; */ ; */ SELECT ';', \";\", $$;$$, $t$;$$;$t$, E'\\';' ; ;", None),
        ("SELECT 'never closed; SELECT 2", [(0, "SELECT 'never closed; SELECT 2")]),
        ("-- nothing\n", []),
    ],
)
def test_where_statements_begin(text: str, expected: list[tuple[int, str]] | None) -> None:
    found = list(statements(text))
    assert found == expected or (expected is None and [sql[:6] for _, sql in found] == ["SELECT"])


def test_parameters_are_numbered_outside_of_texts_and_comments() -> None:
    text, named = numbered("SELECT $b, '$b', $$ $b $$, a$b, $a -- $b\n, $b, $other", {"a": 1, "b": 2})
    assert text == "SELECT $1, '$b', $$ $b $$, a$b, $2 -- $b\n, $1, $other" and named == ["b", "a"]


def test_a_lock_on_a_table_is_met_with_short_waits_and_tries_again(root: Path, here: str) -> None:
    up = shop(root, here)
    third(root, TABLE + "ALTER TABLE customers ADD COLUMN born date;")
    with psycopg.connect(here) as other:
        other.execute("LOCK TABLE customers")
        result = up("--lock-timeout", "0.1", "--lock-retries", "1")
        assert result.code == 3
        assert "somebody else holds a lock that is needed (waited 0.1 s)" in result.err
        assert "0003.shop-third was undone completely" in result.err and "--lock-retries N" in result.err
        threading.Timer(0.5, other.rollback).start()
        result = up("--lock-timeout", "0.1", "--lock-retries", "20")
    assert result.code == 0, result.err
    assert rows(here, "SELECT count(*) FROM _rung_event WHERE outcome <> 'ok'") == [(0,)]


def test_another_run_is_waited_for_and_named(root: Path, here: str) -> None:
    up = shop(root, here)
    third(root, TABLE)
    with psycopg.connect(here, autocommit=True, application_name="rung of Eve") as other:
        other.execute("SELECT pg_advisory_lock(1920298599, hashtext('public'))")
        result = up("--lock-timeout", "0.2")
        assert result.code == 3
        pid = other.info.backend_pid
        assert f"the schema is locked by process {pid} (rung of Eve, user postgres) (waited 0.2 s)" in result.err
        assert call("status", "shop", "--project", root, "--url", here).code == 0, "reading takes no lock"
        threading.Timer(0.3, lambda: other.execute("SELECT pg_advisory_unlock_all()")).start()
        result = up("--lock-timeout", "20")
        assert result.code == 0, result.err


def test_several_first_runs_at_once_apply_each_step_once(root: Path, url: str) -> None:
    line = [sys.executable, "-m", "runner", "up", "shop", "--project", str(root), "--url", url, "--lock-timeout", "60"]
    runs = [subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
    assert [(run.communicate(timeout=120)[1], run.returncode) for run in runs] == [(b"", 0)] * 6
    assert rows(url, "SELECT count(*), count(DISTINCT migration_id) FROM _rung_event") == [(2, 2)]


CONCURRENTLY = "CREATE INDEX CONCURRENTLY customers_name_key ON customers (name);"
INDEXED = "SELECT 'customers_name_key', 'is missing' WHERE to_regclass('customers_name_key') IS NULL;"


def test_an_index_is_made_concurrently_beside_another_run_that_waits(root: Path, url: str) -> None:
    up = shop(root, url)
    third(root, CONCURRENTLY, INDEXED, "DROP INDEX CONCURRENTLY customers_name_key;", "transactional: false")
    line = [sys.executable, "-m", "runner", "up", "shop", "--project", str(root), "--url", url, "--lock-timeout", "30"]
    with psycopg.connect(url) as writer:
        # CREATE INDEX CONCURRENTLY waits for this transaction, and the second run for the first.
        writer.execute("INSERT INTO customers VALUES (3, 'Eve')")
        runs = [subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'virtualxid'"
        until(lambda: rows(url, waiting) == [(1,)])
    assert [(run.communicate(timeout=60)[1], run.returncode) for run in runs] == [(b"", 0)] * 2
    assert up().code == 0
    assert call("down", "shop", "--project", root, "--url", url).code == 0
    assert rows(url, "SELECT to_regclass('customers_name_key')") == [(None,)]


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something that another process brings about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        threading.Event().wait(0.02)


def test_an_invalid_index_is_named_with_the_way_out_which_works(root: Path, url: str) -> None:
    up = shop(root, url)
    rows(url, "INSERT INTO customers VALUES (3, 'Ada')")
    unique = CONCURRENTLY.replace("INDEX", "UNIQUE INDEX", 1)
    third(root, unique, INDEXED, "DROP INDEX CONCURRENTLY customers_name_key;", "transactional: false")
    result = up()
    assert result.code == 3 and "could not create unique index" in result.err
    assert "kept: the statement left an INVALID index behind: customers_name_key; nothing was recorded" in result.err
    assert "next: remove it (DROP INDEX CONCURRENTLY customers_name_key), then run the command again" in result.err
    # IF NOT EXISTS would take the ruin for good.
    third(
        root,
        unique.replace("INDEX CONCURRENTLY", "INDEX CONCURRENTLY IF NOT EXISTS"),
        INDEXED,
        key="transactional: false",
    )
    result = up()
    assert result.code == 3 and "an index is INVALID, so PostgreSQL does not use it: customers_name_key" in result.err
    rows(url, "DROP INDEX CONCURRENTLY customers_name_key")
    rows(url, "DELETE FROM customers WHERE id = 3")
    assert up().code == 0


def test_a_step_outside_a_transaction_is_one_statement(root: Path, here: str) -> None:
    up = shop(root, here)
    third(root, CONCURRENTLY + "\n\nSELECT 1;", INDEXED, key="transactional: false")
    result = up()
    assert result.code == 3 and f"{THIRD}:6:1: a step with `transactional: false` holds one statement" in result.err
    assert "kept: nothing was run" in result.err


def test_timeouts_of_statements_and_idle_transactions(root: Path, here: str) -> None:
    up = shop(root, here)
    third(root, TABLE + "SELECT pg_sleep(30);")
    result = up("--statement-timeout", "0.2")
    assert result.code == 3 and "canceling statement due to statement timeout (SQLSTATE 57014)" in result.err
    assert "--statement-timeout SECONDS sets another limit" in result.err
    third(root, TABLE, "SELECT '', '' WHERE current_setting('idle_in_transaction_session_timeout') <> '7s';")
    assert up("--idle-timeout", "7").code == 0


def test_a_connection_lost_in_the_middle_of_a_step_is_called_that(root: Path, url: str) -> None:
    up = shop(root, url)
    before = catalog(url)
    third(root, TABLE + "SELECT pg_terminate_backend(pg_backend_pid());")
    result = up()
    assert result.code == 3
    assert "the connection to the server was lost: terminating connection due to administrator command" in result.err
    # It was never told to commit, and so it is known.
    assert "kept: 0003.shop-third was undone completely" in result.err
    assert catalog(url) == before
    third(root, TABLE)
    assert up().code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupt_undoes_the_step_and_says_so(number: signal.Signals, root: Path, here: str) -> None:
    shop(root, here)
    third(root, TABLE + "SELECT pg_sleep(60);")
    line = [sys.executable, "-m", "runner", "up", "shop", "--project", str(root), "--url", here]
    with subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        until(lambda: rows(here, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == [(1,)])
        run.send_signal(number)
        _, err = run.communicate(timeout=30)
    assert run.returncode == 130, err
    assert "interrupted during 0003.shop-third" in err and "0003.shop-third was undone completely" in err
    assert rows(here, "SELECT outcome FROM _rung_event ORDER BY id DESC LIMIT 1") == [("interrupted",)]


# While the server commits a step, the next one is with it already.

HELD = "SELECT pg_advisory_lock(8), pg_advisory_unlock(8);"
# At its commit, a step waits for us; and goes on, where it is told to end.
LATE = (
    TABLE
    + """CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        PERFORM pg_advisory_lock(8), pg_advisory_unlock(8);
    EXCEPTION
        WHEN query_canceled THEN
            IF {stays} THEN RAISE; END IF;
    END;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON third
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
INSERT INTO third VALUES (1);
"""
)


def fourth(root: Path, forward: str) -> None:
    folder = root / "migrations" / "shop" / "postgresql"
    parts = {
        "0004.shop-fourth.sql": forward,
        "0004.shop-fourth.rollback.sql": "DROP TABLE fourth;",
        "verify/0004.shop-fourth.sql": "SELECT 'table', 'fourth' WHERE to_regclass('fourth') IS NULL;",
    }
    for name, text in parts.items():
        (folder / name).write_text(f"-- Fourth: a table more.\n\n{text}\n", encoding="utf-8")


@contextmanager
def climbing(root: Path, url: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Callable[[], str]]]:
    """A run, while we hold the lock that its steps wait for; and what it says meanwhile."""
    path = tmp_path / "said"
    line = [sys.executable, "-m", "runner", "up", "shop", "--project", str(root), "--url", url]
    with psycopg.connect(url, autocommit=True) as ours, path.open("w") as said:
        ours.execute("SELECT pg_advisory_lock(8)")
        with subprocess.Popen(line, cwd=ROOT, stderr=said, stdout=said, text=True) as run:
            try:
                yield run, lambda: path.read_text(encoding="utf-8")
            finally:
                ours.execute("SELECT pg_advisory_unlock_all()")


def test_a_step_is_told_of_when_it_is_committed_though_the_next_has_begun(
    root: Path, here: str, tmp_path: Path
) -> None:
    third(root, HELD + TABLE)
    with climbing(root, here, tmp_path) as (run, said):
        until(lambda: waiting(here) and "0002.shop-orders" in said())
        assert "0003" not in said()
    assert run.returncode == 0, said()
    assert said().index("0002.shop-orders") < said().index("0003.shop-third")


def test_a_commit_that_fails_keeps_the_next_step_from_running(root: Path, here: str) -> None:
    up = shop(root, here)
    late = "ALTER TABLE third ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED;\nINSERT INTO third VALUES (1), (1);"
    third(root, TABLE + late)
    fourth(root, "CREATE TABLE fourth (id integer);")
    result = up()
    assert result.code == 3 and f"{THIRD}:1:1: at its commit: duplicate key" in result.err, result.err
    assert "kept: 0003.shop-third was undone completely" in result.err and "0004" not in result.err
    failed = "SELECT migration_id FROM _rung_event WHERE outcome <> 'ok'"
    assert rows(here, failed) == [("0003.shop-third",)]
    assert rows(here, "SELECT to_regclass('third'), to_regclass('fourth')") == [(None, None)]
    third(root, TABLE)
    assert up().code == 0 and rows(here, "SELECT count(*) FROM _rung_step") == [(4,)]


def test_a_commit_that_sets_another_encoding_does_not_garble_the_next_step(root: Path, here: str) -> None:
    sets = "PERFORM set_config('client_encoding', 'LATIN1', FALSE);"
    third(root, LATE.format(stays=True).replace("PERFORM pg_advisory_lock(8), pg_advisory_unlock(8);", sets))
    fourth(root, "CREATE TABLE fourth (id integer); COMMENT ON TABLE fourth IS 'Größe';")
    assert shop(root, here)().code == 0
    assert rows(here, "SELECT obj_description('fourth'::regclass)") == [("Größe",)]


@pytest.mark.parametrize("stays", [True, False], ids=["the commit ends", "the commit goes on"])
def test_an_interrupt_at_a_commit_ends_that_or_what_comes_after_it(
    stays: bool, root: Path, here: str, tmp_path: Path
) -> None:
    third(root, LATE.format(stays=stays))
    fourth(root, "CREATE TABLE fourth (id integer); SELECT pg_sleep(100);")
    with climbing(root, here, tmp_path) as (run, said):
        until(lambda: waiting(here))
        run.send_signal(signal.SIGINT)
        assert run.wait(30) == 130, said()
    done, undone = ("0002.shop-orders", "0003.shop-third") if stays else ("0003.shop-third", "0004.shop-fourth")
    assert f"interrupted during {undone}" in said() and f"{undone} was undone completely" in said()
    assert [id for (id,) in rows(here, "SELECT max(migration_id) FROM _yoyo_migration")] == [done]
    assert rows(here, "SELECT migration_id FROM _rung_event WHERE outcome = 'interrupted'") == [(undone,)]
    assert f"{done:<38} up" in said() and f"{undone:<38} up" not in said()


@pytest.mark.parametrize("moment", ["step", "verification"])
def test_a_killed_run_leaves_neither_a_half_step_nor_a_lock(moment: str, root: Path, url: str) -> None:
    up = shop(root, url)
    before = catalog(url)
    slow = "SELECT '', '' FROM pg_sleep(60) WHERE random() > 2;"
    third(root, TABLE + ("SELECT pg_sleep(60);" if moment == "step" else ""), slow if moment != "step" else THERE)
    line = [sys.executable, "-m", "runner", "up", "shop", "--project", str(root), "--url", url]
    with subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        until(lambda: rows(url, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == [(1,)])
        run.kill()
    # The server notices at the next word to its client; a DBA ends it at once.
    rows(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    assert catalog(url) == before
    third(root, TABLE)
    assert up("--lock-timeout", "10").code == 0


def test_a_schema_of_its_own_holds_the_family_and_its_ledger_and_copies_do_not_touch(root: Path, url: str) -> None:
    for name in ("one", 'o"dd; --', "public"):
        result = call("up", "shop", "--project", root, "--url", url, "--schema", name)
        assert result.code == 0, result.err
    assert catalog(url, "one") == catalog(url, 'o"dd; --')
    rows(url, "INSERT INTO one.customers VALUES (1, 'Ada')")
    assert call("down", "shop", "--project", root, "--url", url, "--schema", 'o"dd; --', "--all").code == 0
    assert catalog(url, 'o"dd; --') == []
    assert rows(url, "TABLE one.customers") == [(1, "Ada")]
    status = call("status", "shop", "--project", root, "--url", url, "--schema", "one", "--exit-code")
    assert status.code == 0 and f"{url} schema one" in status.out
    assert rows(url, "SELECT count(*) FROM public._rung_step") == [(2,)]
    missing = call("status", "shop", "--project", root, "--url", url, "--schema", "none")
    assert missing.code == 3 and "there is no schema 'none'" in missing.err
    long = call("status", "shop", "--project", root, "--url", url, "--schema", "x" * 64)
    assert long.code == 2 and "cannot name a schema" in long.err


def test_an_optional_step_is_skipped_until_the_server_has_what_it_requires(
    root: Path, here: str, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop(root, here)
    third(root, TABLE, key="requires: extension no_such_extension")
    folder = root / "migrations" / "shop" / "postgresql"
    for file in sorted(folder.rglob("0003*")):
        text = file.read_text().replace("Third", "Fourth").replace("third", "fourth")
        text = text.replace("-- requires: extension no_such_extension\n", "")
        file.with_name(file.name.replace("0003.shop-third", "0004.shop-fourth")).write_text(text)
    up = ("up", "shop", "--project", root, "--url", here)
    result = call(*up)
    assert result.code == 0 and "1 step applied" in result.out
    assert "  skipped 0003.shop-third: the server has no extension no_such_extension\n" in result.out
    status = call("status", "shop", "--project", root, "--url", here, "--exit-code")
    assert status.code == 0, "what cannot be applied here is not pending"
    assert "0003.shop-third      skipped: the server has no extension no_such_extension" in status.out
    assert "no_such_extension" in call(*up, "--to", "3").err
    assert call("verify", "shop", "--project", root, "--url", here).code == 0
    # It appears: plpgsql is on every server.
    third(root, TABLE, key="requires: extension plpgsql")
    status = call("status", "shop", "--project", root, "--url", here, "--exit-code")
    assert status.code == 1 and "0003.shop-third      pending" in status.out
    result = call(*up)
    assert result.code == 0 and "0003.shop-third" in result.out, result.err
    assert call("down", "shop", "--project", root, "--url", here, "--all").code == 0
    third(root, TABLE, key="requires: extension plpgsql loaded")
    call(*up)
    assert "plpgsql is not in shared_preload_libraries" in call("status", "shop", "--project", root, "--url", here).out


def test_what_a_role_may_not_see_is_not_met(root: Path, here: str) -> None:
    shop(root, here)
    third(root, TABLE, key="requires: extension plpgsql loaded")
    rows(here, "CREATE ROLE reader LOGIN")
    try:
        rows(here, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        status = call("status", "shop", "--project", root, "--url", here.replace("postgres@", "reader@"))
        assert (
            status.code == 0
            and "skipped: whether the server loads plpgsql is for pg_read_all_settings to see" in status.out
        )
    finally:
        rows(here, "DROP OWNED BY reader; DROP ROLE reader")


def test_an_index_of_a_partition_is_that_of_its_table_and_a_query_without_a_plan_is_named(
    root: Path, here: str
) -> None:
    shop(root, here)
    rows(here, "CREATE TABLE parted (a int) PARTITION BY RANGE (a); CREATE INDEX parted_a_idx ON parted (a)")
    rows(here, "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (9)")
    folder = root / "sql" / "queries" / "shop" / "postgresql"
    folder.mkdir(parents=True)
    (folder / "in_part.sql").write_text(
        "-- In part: some.\n-- params: a (which)\n\nSELECT a FROM parted WHERE a = $a;\n"
    )
    (folder / "of_none.sql").write_text("-- Of none: of what is not there.\n\nSELECT 1 FROM nowhere;\n")
    result = call("indexes", "shop", "--project", root, "--url", here)
    assert result.code == 0, result.err
    assert "  parted_a_idx        in_part" in result.out
    assert 'No plan here for of_none: PostgreSQL says: relation "nowhere" does not exist' in result.out


def test_a_requirement_that_is_none_is_refused(root: Path, here: str) -> None:
    third(root, TABLE, key="requires: pgcrypto")
    result = call("up", "shop", "--project", root, "--url", here)
    assert result.code == 2 and f"{THIRD}:2:1: requires: 'pgcrypto' is not a requirement" in result.err


@pytest.fixture
def pooler(servers: Servers, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A pgbouncer in transaction mode; the URL of a database through it, and the direct one."""
    program = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
    if not program:
        pytest.skip("no pgbouncer is on this machine")
    with ExitStack() as stack:
        url = stack.enter_context(servers.database(servers.first))
        match = re.fullmatch(r"postgresql://postgres@/(\w+)\?host=(.*)&port=5432", url)
        assert match
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rung-pool-", dir="/tmp"))
        Path(folder).chmod(0o777)
        settings = Path(folder) / "pgbouncer.ini"
        host = match[2].replace("%2F", "/")
        settings.write_text(
            textwrap.dedent(f"""
            [databases]
            {match[1]} = host={host} port=5432 user=postgres
            [pgbouncer]
            pool_mode = transaction
            auth_type = any
            listen_addr =
            unix_socket_dir = {folder}
            listen_port = 6432
            logfile = {folder}/log
            """)
        )
        # As the account of the server, whose directory nobody else may enter; pgbouncer does not run as root.
        owner = Path(host).stat()
        account = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
        pool = stack.enter_context(subprocess.Popen([program, str(settings)], stderr=subprocess.DEVNULL, **account))
        stack.callback(pool.terminate)
        until((Path(folder) / ".s.PGSQL.6432").exists)
        yield f"postgresql://postgres@/{match[1]}?host={folder}&port=6432", url


def test_a_pooler_is_refused_with_the_reason(pooler: tuple[str, str], root: Path) -> None:
    through, direct = pooler
    for command in ("up", "status", "down"):
        result = call(command, "shop", "--project", root, "--url", through)
        assert result.code == 3 and "this URL leads through a connection pooler" in result.err, result.err
        assert "give the server's own URL" in result.err
    assert rows(through, "SELECT 1") == [(1,)], "the pooler itself works"
    assert call("up", "shop", "--project", root, "--url", direct).code == 0


def test_a_server_that_may_not_be_written_and_one_that_is_not_there(root: Path, here: str) -> None:
    shop(root, here)
    third(root, TABLE)
    rows(here, "CREATE ROLE reader LOGIN")
    try:
        rows(here, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        as_reader = here.replace("postgres@", "reader@")
        assert call("status", "shop", "--project", root, "--url", as_reader).code == 0, "reading needs SELECT only"
        result = call("up", "shop", "--project", root, "--url", as_reader)
        assert result.code == 3 and "permission denied" in result.err and "grant it to the role" in result.err
    finally:
        rows(here, "DROP OWNED BY reader; DROP ROLE reader")
    misspelt = call("status", "shop", "--project", root, "--url", "postgresql://u:hunter2@h/d?passwd=hunter2")
    assert (
        misspelt.code == 2 and 'invalid URI query parameter: "passwd"' in misspelt.err and "hunter2" not in misspelt.err
    )
    for url, what, then in (
        ("postgresql://u:hunter2@127.0.0.1:1/d", "Connection refused", "whether the server is running"),
        (here.replace("/test_", "/none_"), "does not exist", "rung does not create them"),
        ("postgresql:///d?host=/nonexistent", "No such file or directory", "check the socket directory"),
    ):
        result = call("status", "shop", "--project", root, "--url", url)
        assert result.code == 3 and what in result.err and then in result.err, result.err
        assert "hunter2" not in result.err and len(result.err.splitlines()) == 2


def test_a_wrong_password_is_told_without_the_password(servers: Servers, root: Path) -> None:
    source = "installed" if throwaway.find("installed") else "embedded"
    with ExitStack() as stack:
        server = stack.enter_context(throwaway.server(source))
        rows(server.url(), "CREATE ROLE dba LOGIN PASSWORD 'right'")
        hba = server.folder / "data" / "pg_hba.conf"
        hba.write_text("local all dba scram-sha-256\nlocal all all trust\n")
        rows(server.url(), "SELECT pg_reload_conf()")
        wrong = server.url().replace("postgres@", "dba:wr0ng@")
        until(lambda: call("status", "shop", "--project", root, "--url", wrong).code == 3)
        result = call("status", "shop", "--project", root, "--url", wrong)
        assert "password authentication failed" in result.err and "~/.pgpass" in result.err
        assert "wr0ng" not in result.err + result.out
        right = server.url().replace("postgres@", "dba:right@")
        result = call("status", "shop", "--project", root, "--url", right)
        assert result.code == 0 and "right" not in result.out and "dba:***@" in result.out


def test_the_log_of_events_is_append_only(root: Path, here: str) -> None:
    shop(root, here)
    for statement in ("DELETE FROM _rung_event", "UPDATE _rung_event SET outcome = 'ok'", "TRUNCATE _rung_event"):
        with pytest.raises(psycopg.Error, match="_rung_event is append-only"):
            rows(here, statement)


def test_stock_yoyo_agrees(root: Path, url: str, rung: Rung) -> None:
    source = root / "migrations" / "shop" / "postgresql"
    theirs = url.replace("postgresql://", "postgresql+psycopg://")

    def yoyo(command: str, *options: str) -> str:
        line = [str(Path(sys.executable).parent / "yoyo"), command, "--batch", "--no-config-file", "--database", theirs]
        result = subprocess.run([*line, *options, str(source)], capture_output=True, text=True, check=False, timeout=60)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def listed() -> str:
        return "".join(line.split()[0] for line in yoyo("list").splitlines()[2:])

    up = shop(root, url)
    assert listed() == "AA"
    yoyo("rollback", "--revision", "0002.shop-orders")
    assert listed() == "AU"
    yoyo("apply")
    assert call("status", "shop", "--project", root, "--url", theirs, "--exit-code").code == 0, "yoyo's URL is ours too"
    assert call("down", "shop", "--project", root, "--url", url, "--all").code == 0
    assert listed() == "UU"
    assert up().code == 0


def test_what_only_reads_cannot_write(root: Path, here: str) -> None:
    shop(root, here)
    folder = root / "sql" / "queries" / "shop" / "postgresql"
    folder.mkdir(parents=True)
    sly = "WITH sly AS (DELETE FROM customers RETURNING id)\n\nSELECT id FROM sly;\n"
    (folder / "sly.sql").write_text(f"-- Sly: says that it reads, and writes.\n\n{sly}")
    (folder / "honest.sql").write_text(f"-- Honest: says that it writes.\n-- writes: yes\n\n{sly}")
    result = call("query", "shop", "sly", "--project", root, "--url", here)
    assert result.code == 3 and "in a read-only transaction (SQLSTATE 25006) in a query file" in result.err
    assert rows(here, "SELECT count(*) FROM customers") == [(2,)]
    result = call("query", "shop", "honest", "--project", root, "--url", here)
    assert result.code == 0 and "(2 rows)" in result.out
    assert rows(here, "SELECT count(*) FROM customers") == [(0,)]


def test_queries_take_parameters_and_explain_shows_their_plans(root: Path, here: str) -> None:
    shop(root, here)
    folder = root / "sql" / "queries" / "shop" / "postgresql"
    folder.mkdir(parents=True)
    (folder / "by_name.sql").write_text(
        "-- By name: who is called so.\n-- params: name (the name), rows (at most this many)\n\n"
        "SELECT id, '$name' AS literal, jsonb_build_object('a', id) FROM customers WHERE name = $name LIMIT $rows;\n"
    )
    rows(here, "ANALYZE customers")
    arguments = ("shop", "by_name", "--project", root, "--url", here)
    result = call("query", *arguments, "--param", "name=Ada", "--param", "rows=5", "--json")
    assert result.json["answers"] == [
        {"columns": ["id", "literal", "jsonb_build_object"], "rows": [[1, "$name", '{"a": 1}']]}
    ], result.err
    assert "customers_name_idx" in call("explain", *arguments).out, "the plan for any value, however small the table"
    assert "'Ada'" in call("explain", *arguments, "--param", "name=Ada", "--param", "rows=5").out, "and for this one"
    indexes = call("indexes", "shop", "--project", root, "--url", here, "--json").json
    assert indexes["indexes"] == [{"name": "customers_name_idx", "queries": ["by_name"]}]
