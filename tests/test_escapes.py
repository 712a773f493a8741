"""No statement of a file leaves its transaction or its promise to read only, and nothing of a step outlives it but what
it commits."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from conftest import TREES, Result, call
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import Servers

from runner import engines
from runner.engines import Settings
from runner.errors import RungError
from runner.sqlfile import read_file
from runner.target import parse

ENGINES = ("sqlite", "duckdb", "postgresql")
DRIVERS = (sqlite3.Error, duckdb.Error, psycopg.Error)
NOTHING = "SELECT '' AS subject, '' AS problem WHERE 1 = 0;"
MADE = "CREATE TABLE third (id INTEGER);\n\n"
FILLED = "\n\nINSERT INTO third (id) VALUES (1);"
DOOMED = "\n\nSELECT * FROM nowhere_at_all;"

# What the database holds, and what of a server is its neighbour; the events of the ledger apart.
STATE = {
    "sqlite": (
        "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2",
        *("PRAGMA user_version", "PRAGMA application_id", "PRAGMA journal_mode", "PRAGMA auto_vacuum"),
        "SELECT version FROM _rung_version",
    ),
    "duckdb": (
        "SELECT sql FROM duckdb_tables() ORDER BY 1",
        "SELECT sql FROM duckdb_views() WHERE NOT internal ORDER BY 1",
        "SELECT sequence_name, last_value FROM duckdb_sequences() ORDER BY 1",
        "SELECT function_name FROM duckdb_functions() WHERE NOT internal ORDER BY 1",
        "SELECT trigger_name FROM duckdb_triggers() ORDER BY 1",
        "SELECT name FROM duckdb_secrets()",
        "SELECT version FROM _rung_version",
    ),
    "postgresql": (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        "SELECT oid FROM pg_largeobject_metadata",
        "SELECT setconfig FROM pg_db_role_setting",
        "SELECT datname FROM pg_database ORDER BY 1",
        "SELECT gid FROM pg_prepared_xacts",
        "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_t%' ORDER BY 1",
        "SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf'",
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'",
        "SELECT version FROM _rung_version",
    ),
}
ROWS = (
    "SELECT * FROM customers ORDER BY 1",
    "SELECT * FROM orders ORDER BY 1",
    "SELECT * FROM _yoyo_migration ORDER BY 1",
    "SELECT * FROM _rung_step ORDER BY 1",
)
# What a step sees of the session that it runs in.
WITNESS = {
    "sqlite": """CREATE TABLE fourth AS
SELECT
    (SELECT group_concat(name) FROM sqlite_temp_schema) AS temporary,
    (SELECT count(*) FROM pragma_database_list WHERE name <> 'temp') AS databases,
    'a' LIKE 'A' AS alike,
    a.*, b.*, c.*, d.*, e.*, f.*, g.*, h.*, i.*, j.*, k.*
FROM pragma_foreign_keys AS a, pragma_recursive_triggers AS b, pragma_synchronous AS c, pragma_locking_mode AS d,
pragma_defer_foreign_keys AS e, pragma_writable_schema AS f, pragma_query_only AS g, pragma_cell_size_check AS h,
pragma_legacy_alter_table AS i, pragma_ignore_check_constraints AS j, pragma_max_page_count AS k;""",
    "duckdb": """CREATE TABLE fourth AS
SELECT
    (SELECT list_sort(list(name || coalesce(value, ''))) FROM duckdb_settings() WHERE name NOT LIKE '%memory%') AS a,
    (SELECT list_sort(list(database_name)) FROM duckdb_databases()) AS b,
    (SELECT list_sort(list(name)) FROM duckdb_variables()) AS c,
    (SELECT list_sort(list(table_name)) FROM duckdb_tables() WHERE temporary) AS d,
    (SELECT list_sort(list(name)) FROM duckdb_prepared_statements()) AS e,
    (SELECT list_sort(list(name)) FROM duckdb_secrets()) AS f,
    (SELECT list_sort(list(function_name)) FROM duckdb_functions() WHERE database_name = 'temp' AND NOT internal) AS g,
    (SELECT list_sort(list(sequence_name)) FROM duckdb_sequences() WHERE temporary) AS h;""",
    "postgresql": """CREATE TABLE fourth AS
SELECT
    (
        SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings
        WHERE source = 'session' AND name NOT LIKE 'transaction_%' OR name IN ('role', 'session_authorization')
    ) AS a,
    (SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = pg_my_temp_schema()) AS b,
    (SELECT count(*) FROM pg_listening_channels()) AS c,
    (SELECT count(*) FROM pg_cursors WHERE name = 'c') AS d,
    (
        SELECT string_agg(concat(classid, mode), ',') FROM pg_locks
        WHERE pid = pg_backend_pid() AND locktype = 'advisory'
    ) AS e,
    -- What was ever set is empty and not NULL after a RESET.
    nullif(current_setting('my.var', TRUE), '') AS f,
    current_user AS g,
    current_setting('transaction_isolation') AS h;""",
}


class Shop:
    """A family of two applied steps with rows in its tables, to which steps that try to escape are added."""

    def __init__(self, engine: str, folder: Path, url: str = "") -> None:
        self.engine, self.folder, self.root, self.out = engine, folder, folder / "project", folder / "out"
        for name in ("base",) if engine == "sqlite" else ("base", engine):
            shutil.copytree(TREES / name, self.root, dirs_exist_ok=True)
        for path in (self.out, folder / "data"):
            path.mkdir()
        self.url = url or f"{engine}:///{folder}/data/shop.db"
        assert self.rung("up").code == 0
        self.run("INSERT INTO customers (id, name) VALUES (1, 'Ada'), (2, 'Grace')")
        shutil.copytree(folder / "data", folder / "saved")
        self.base, self._looks = self.state(), 0
        self.step()
        self.witness()
        assert self.rung("up").code == 0
        self.untouched = self.run("SELECT * FROM fourth")
        self.reset()

    def rung(self, command: str, *options: object) -> Result:
        return call(command, "shop", *options, "--project", self.root, "--url", self.url)

    def run(self, *statements: str) -> list[Any]:
        """Run statements as a DBA would; the rows of each."""
        path, found = self.url.partition(":///")[2], []
        connection: Any
        if self.engine == "sqlite":
            connection = sqlite3.connect(path, isolation_level=None)
        elif self.engine == "duckdb":
            connection = duckdb.connect(path)
        else:
            connection = psycopg.connect(self.url, autocommit=True)
        with closing(connection):
            for statement in statements:
                cursor = connection.execute(statement)
                found.append(cursor.fetchall() if cursor.description else [])
        return found

    def state(self) -> list[Any]:
        """All that may not change unless a step commits, and the files around the database."""
        kept = ("project", "saved")
        files = sorted(
            str(path)
            for path in self.folder.rglob("*")
            if not set(kept) & set(path.parts) and not path.name.endswith(("wal", "shm"))
        )
        return [files, *self.run(*ROWS, *STATE[self.engine])]

    def reset(self) -> None:
        """The two steps and their rows as they were."""
        if self.engine != "postgresql":
            shutil.rmtree(self.folder / "data")
            shutil.copytree(self.folder / "saved", self.folder / "data")
        elif self.state() != self.base:
            self.run(*CLEANING)
            assert self.state() == self.base
        shutil.rmtree(self.out)
        self.out.mkdir()
        for path in [*self.steps.glob("000[345].*"), *self.steps.glob("verify/000[345].*")]:
            path.unlink()
        shutil.rmtree(self.root / "sql", ignore_errors=True)

    @property
    def steps(self) -> Path:
        return self.root / "migrations" / "shop" / self.engine

    def step(
        self,
        forward: str = MADE,
        rollback: str = "DROP TABLE third;",
        verify: str = NOTHING,
        name: str = "0003.shop-third",
        keys: str = "",
    ) -> None:
        """Write a step into the tree."""
        for path, text, key in (
            (f"{name}.sql", forward, keys),
            (f"{name}.rollback.sql", rollback, "-- loses: everything\n"),
            (f"verify/{name}.sql", verify, ""),
        ):
            title = "-- Third: a table more.\n"
            (self.steps / path).write_text(f"{title}{key}\n{text}\n", encoding="utf-8", newline="")

    def witness(self) -> None:
        """Write a step that keeps what it sees of its session, to be looked at."""
        self.step(WITNESS[self.engine], "DROP TABLE fourth;", name="0004.shop-fourth")

    def file(self, kind: str, text: str) -> None:
        """Write a check file or a named query."""
        folder = self.root / "sql" / kind / "shop" / self.engine
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mine.sql").write_text(f"-- Mine: to be tried.\n\n{text}\n", encoding="utf-8", newline="")

    def saw_nothing(self) -> bool:
        """Whether the witness saw a session as it is behind any good step."""
        return self.run("SELECT * FROM fourth") == self.untouched

    def applied(self) -> list[str]:
        (found,) = self.run("SELECT migration_id FROM _yoyo_migration ORDER BY 1")
        return [name[:4] for (name,) in found]

    def intact(self, what: str) -> None:
        """Nothing has changed. DuckDB is slow to tell, and what changes stays: there a whole look now and then."""
        self._looks += 1
        if self.engine == "duckdb" and self._looks % 5:
            assert not [*self.out.iterdir()], what
        else:
            assert self.state() == self.base, what

    def completes(self) -> None:
        """The next run completes without the statement, and everything agrees."""
        assert self.state() == self.base
        self.step(MADE + FILLED)
        for command in (["up"], ["status", "--exit-code"], ["verify"]):
            result = self.rung(*command)
            assert result.code == 0, result.out + result.err
        assert self.applied()[:3] == ["0001", "0002", "0003"]
        assert self.run("SELECT * FROM third") == [[(1,)]]


CLEANING = (
    "DROP TABLE IF EXISTS third, fourth, made CASCADE",
    "DROP VIEW IF EXISTS seen",
    "DROP ROUTINE IF EXISTS wrong, fine",
    "SELECT lo_unlink(oid) FROM pg_largeobject_metadata",
    "ALTER SYSTEM RESET ALL",
    "DELETE FROM customers WHERE id > 2",
    "DELETE FROM _rung_step WHERE migration_hash IN "
    "(SELECT migration_hash FROM _yoyo_migration WHERE migration_id > '0003')",
    "DELETE FROM _yoyo_migration WHERE migration_id > '0003'",
)


@pytest.fixture(scope="module")
def shops(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Shop]]:
    made: dict[str, Shop] = {}
    with contextlib.ExitStack() as stack:

        def get(engine: str) -> Shop:
            if engine not in made:
                url = stack.enter_context(servers.database(servers.first)) if engine == "postgresql" else ""
                made[engine] = Shop(engine, tmp_path_factory.mktemp(engine), url)
            made[engine].reset()
            return made[engine]

        yield get


@pytest.fixture
def shop(request: pytest.FixtureRequest, shops: Callable[[str], Shop]) -> Iterator[Shop]:
    found = shops(request.param)
    yield found
    found.reset()


on_each = pytest.mark.parametrize("shop", ENGINES, indirect=True)
on_sqlite = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
on_duckdb = pytest.mark.parametrize("shop", ["duckdb"], indirect=True)
on_server = pytest.mark.parametrize("shop", ["postgresql"], indirect=True)


def told(result: Result, *words: str, codes: tuple[int, ...] = (3,)) -> Result:
    """The result of a run that failed: by one message, which says all of this, and by no fault of rung's own."""
    assert result.code in codes, result.out + result.err
    assert [line[:6] for line in result.err.splitlines()].count("rung: ") == 1, result.err
    for word in words:
        assert word in result.err, result.err
    sound(result)
    return result


def sound(result: Result) -> None:
    for word in ("Traceback", "a fault in rung itself", "Exception ignored"):
        assert word not in result.out + result.err, result.err


# The statements. OUT stands for a folder in which no file may appear.

ENDS = ("COMMIT", "ROLLBACK", "END", "BEGIN", "COMMIT TRANSACTION", "END TRANSACTION", "ROLLBACK TRANSACTION")

# Refused in a step: the error is at the statement itself.
REFUSED = {
    "sqlite": (
        *ENDS,
        *("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE TRANSACTION", "ROLLBACK TO nobodys", "RELEASE nobodys"),
        *("ATTACH ':memory:' AS x", "ATTACH 'OUT/a.db' AS x", "DETACH main", "DETACH DATABASE temp"),
        *("VACUUM", "VACUUM main", "VACUUM INTO 'OUT/v.db'", "SELECT load_extension('x')", ".read x", ".quit"),
        *("PRAGMA journal_mode = DELETE", "PRAGMA journal_mode(OFF)", "PRAGMA foreign_keys = OFF"),
        *("PRAGMA writable_schema = ON", "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA main.synchronous(0)"),
        *("PRAGMA recursive_triggers = ON", "PRAGMA wal_checkpoint", "PRAGMA wal_checkpoint(TRUNCATE)"),
        *("PRAGMA query_only = ON", "PRAGMA query_only = OFF", "PRAGMA optimize", "PRAGMA schema_version = 1"),
        *("PRAGMA ignore_check_constraints = 1", "PRAGMA temp_store_directory = 'OUT'", "PRAGMA auto_vacuum = 1"),
        *("PRAGMA case_sensitive_like = 1", "PRAGMA max_page_count = 10", "PRAGMA incremental_vacuum"),
        *("SELECT writefile('OUT/x', 'a')", "INSERT OR ROLLBACK INTO customers (id, name) VALUES (1, 'twice')"),
        "EXPLAIN COMMIT",
    ),
    "duckdb": (
        *ENDS,
        *("ABORT", "START TRANSACTION", "SAVEPOINT a", "ATTACH ':memory:' AS x", "ATTACH 'OUT/a.db' AS x"),
        *("USE memory", "USE temp", "DETACH shop", "CHECKPOINT", "FORCE CHECKPOINT", "FROM checkpoint()"),
        *("COPY customers TO 'OUT/c.csv'", "COPY(SELECT 1)TO'OUT/c.csv'", "COPY (SELECT ')') TO 'OUT/c.csv'"),
        *("COPY (SELECT E'\\')') TO 'OUT/c.csv'", "COPY customers /* FROM */ TO 'OUT/c.csv'"),
        *(
            "WITH w AS (COPY customers TO 'OUT/c.csv') SELECT 1",
            "EXPLAIN ANALYZE WITH w AS(COPY orders TO 'OUT/c') SELECT 1",
        ),
        "WITH w AS /* é ( */ NOT MATERIALIZED (copy customers TO 'OUT/c.csv') INSERT INTO third SELECT 1",
        "CREATE TABLE made AS WITH w AS /* ( */(COPY customers TO 'OUT/c.csv') SELECT 1 AS x",
        *("EXPORT DATABASE 'OUT/e'", "IMPORT DATABASE 'OUT/e'", "COPY FROM DATABASE shop TO temp"),
        *("INSTALL nothing", "LOAD nothing", "UPDATE EXTENSIONS", "SET threads = 1", "SET VARIABLE a = 1"),
        *("SET search_path = 'temp'", "RESET threads", "PRAGMA threads = 1", "PRAGMA enable_profiling"),
        *("PRAGMA disable_checkpoint_on_shutdown", "CALL enable_logging()", "SELECT * FROM enable_profiling()"),
        "CALL enable_logging(storage = 'file', storage_config = {'path': 'OUT/log'})",
        "SELECT * FROM query('SELECT * FROM enable_logging()')",
        *("CREATE SECRET escapee (TYPE http)", "CREATE OR REPLACE TEMPORARY SECRET escapee (TYPE http)"),
        *("PREPARE p AS SELECT 1", "EXECUTE p", "EXPLAIN ANALYZE COMMIT", "EXPLAIN (ANALYZE) ROLLBACK"),
        *("EXPLAIN ANALYZE COPY customers TO 'OUT/c.csv'", "EXPLAIN ANALYZE SET VARIABLE a = 1", "EXPLAIN COMMIT"),
    ),
    "postgresql": (
        *ENDS,
        *("ABORT", "START TRANSACTION", "SAVEPOINT a", "RELEASE rung_verify", "ROLLBACK TO rung_verify"),
        *("COMMIT AND CHAIN", "ROLLBACK AND CHAIN", "PREPARE TRANSACTION 'x'", "COMMIT PREPARED 'x'"),
        *("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "DISCARD ALL", "COPY customers TO 'OUT/c'"),
        *("COPY customers FROM STDIN", "COPY customers TO STDOUT", "COPY customers TO PROGRAM 'cat > OUT/c'"),
        *("\\copy customers to 'OUT/c'", "\\i x", "\\q", "VACUUM", "VACUUM customers", "CREATE DATABASE escaped"),
        *("ALTER SYSTEM SET work_mem = '1MB'", "CREATE TABLESPACE t LOCATION 'OUT'", "DROP DATABASE postgres"),
        *("CREATE INDEX CONCURRENTLY escaped ON customers (name)", "EXECUTE nobodys", "SELECT dblink_exec('', 'x')"),
    ),
}
# Refused as well, by a message that cannot know at which statement.
REFUSED_SOMEWHERE = (
    "DO $$ BEGIN COMMIT; END $$",
    "DO $$ BEGIN EXECUTE 'COMMIT'; END $$",
    "DO $$ BEGIN ROLLBACK AND CHAIN; END $$",
    "CREATE PROCEDURE wrong() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$; CALL wrong()",
    "SELECT pg_advisory_unlock_all()",
    "DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$",
    "SET search_path = pg_catalog",
    "SELECT set_config('search_path', 'pg_catalog', FALSE)",
    "SET ROLE pg_monitor",
    "SET SESSION AUTHORIZATION pg_monitor",
    "SELECT pg_terminate_backend(pg_backend_pid())",
)
# Taken, because they end with the step, or are only words.
TAKEN = {
    "sqlite": (
        *("SAVEPOINT a; INSERT INTO customers VALUES (7, 'x'); ROLLBACK TO a; RELEASE a", "SAVEPOINT a"),
        *("PRAGMA journal_mode", "PRAGMA table_info(customers)", "PRAGMA defer_foreign_keys = ON"),
        *("CREATE TEMP TABLE _rung_step (x)", "CREATE TABLE temp.customers (x)", "CREATE TABLE temp.fourth (x)"),
        "CREATE TEMPORARY VIEW _yoyo_migration AS SELECT 1 AS x",
        "CREATE TEMP TRIGGER t AFTER INSERT ON main._rung_step BEGIN DELETE FROM _rung_step; END",
        'CREATE /**/ TEMP TABLE "a""b" (x)',
        "CREATE VIRTUAL TABLE temp.searched USING fts5(x)",
        *("SELECT 'COMMIT; ROLLBACK; it''s'", 'SELECT 1 AS "COMMIT;"', "SELECT 1 AS [COMMIT;]", "SELECT 1 AS `END;`"),
        "-- COMMIT;\nSELECT 1 /* ; ROLLBACK; */",
    ),
    "duckdb": (
        *("CREATE TEMP TABLE _rung_step (x INTEGER)", "CREATE TEMP VIEW _yoyo_migration AS SELECT 1 AS x"),
        *("CREATE TEMP MACRO m() AS 1", "CREATE TEMP SEQUENCE s", "CREATE TEMP TYPE t AS ENUM ('a')"),
        *("SELECT 'COMMIT; COPY a TO b'", "SELECT $$COMMIT; it's$$", 'SELECT 1 AS "COMMIT;"', "EXPLAIN SELECT 1"),
        *("EXPLAIN (SELECT 1)", "EXPLAIN ANALYZE SELECT 'COMMIT'", "-- COMMIT;\nSELECT 1 /* ; ROLLBACK; */"),
        "SELECT 'é', 'AS (COPY a TO b)' AS \"AS (COPY\"",
        "CREATE TEMP TABLE secret AS SELECT 1 AS secret",
    ),
    "postgresql": (
        *("RESET ALL", "DISCARD TEMP", "DISCARD PLANS", "DEALLOCATE ALL", "LISTEN x", "UNLISTEN *", "NOTIFY x"),
        *("LOCK TABLE customers", "RESET ROLE", "CLOSE ALL", "SET CONSTRAINTS ALL DEFERRED", "SET my.var = 'x'"),
        *("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET LOCAL lock_timeout = 1"),
        *("SET statement_timeout = 1000000", "SET default_transaction_isolation = serializable"),
        *("SELECT set_config('rung.more', 'on', FALSE)", "SELECT set_config('rung.schema', 'other', FALSE)"),
        *("SELECT set_config('rung.step', 'COMMIT', FALSE)", "SET session_replication_role = replica"),
        *("SET synchronous_commit = off", "SET TimeZone = 'Asia/Tokyo'", "SET client_encoding = 'LATIN1'"),
        *("SET standard_conforming_strings = off", "SET bytea_output = 'escape'"),
        *("CREATE TEMP TABLE _rung_step (x INTEGER)", "CREATE TABLE pg_temp.customers (x INTEGER)"),
        *("CREATE TEMP VIEW _yoyo_migration AS SELECT 1 AS x", "DECLARE c CURSOR WITH HOLD FOR SELECT 1"),
        "CREATE FUNCTION pg_temp.count(x INTEGER) RETURNS INTEGER LANGUAGE sql AS 'SELECT 0'",
        "DO $$ BEGIN BEGIN INSERT INTO customers VALUES (1, 'x'); EXCEPTION WHEN OTHERS THEN NULL; END; END $$",
        "SELECT pg_advisory_xact_lock(5)",
        "SELECT pg_advisory_lock(1920298599, hashtext('public')), pg_advisory_unlock(1920298599, hashtext('public'))",
        *("SELECT 'COMMIT; it''s'", "SELECT $$COMMIT; it's$$", "SELECT $a$ROLLBACK;$a$", 'SELECT 1 AS "COMMIT;"'),
        *("SELECT E'\\'; COMMIT; --'", "-- COMMIT;\nSELECT 1 /* ; /* ; */ ROLLBACK; */"),
    ),
}
# Beyond these, what may be no statement of a file that only reads.
WRITING = {
    "sqlite": (
        *("INSERT INTO customers VALUES (9, 'x')", "CREATE TABLE made (x)", "CREATE TEMP TABLE made (x)"),
        *("PRAGMA user_version = 7", "PRAGMA application_id(3)", "REINDEX", "ANALYZE", "DROP TABLE customers"),
        *("EXPLAIN QUERY PLAN VACUUM", "DELETE FROM _yoyo_migration"),
    ),
    "duckdb": (
        *("INSERT INTO customers VALUES (9, 'x')", "CREATE TABLE made (x INTEGER)", "DROP TABLE orders", "VACUUM"),
        "WITH w AS (INSERT INTO customers VALUES (9, 'x') RETURNING id) SELECT '', '' FROM w WHERE FALSE",
        "EXPLAIN ANALYZE INSERT INTO customers VALUES (9, 'x')",
        "SELECT '' AS a, '' AS b FROM enable_logging(storage = 'file', storage_config = {'path': 'OUT/log'})",
    ),
    "postgresql": (
        *("INSERT INTO customers VALUES (9, 'x')", "CREATE TABLE made (x INTEGER)", "SELECT 1 AS x INTO made"),
        "WITH w AS (INSERT INTO customers VALUES (9, 'x') RETURNING id) SELECT '', '' FROM w WHERE FALSE",
        "EXPLAIN ANALYZE INSERT INTO customers VALUES (9, 'x')",
        "EXPLAIN ANALYZE CREATE TABLE made AS SELECT 1 AS x",
        "SELECT set_config('transaction_read_only', 'off', TRUE), '' WHERE 1 = 0",
        "SELECT '', '' WHERE set_config('transaction_read_only', 'off', TRUE) IS NULL",
        "SELECT '', '' WHERE set_config('search_path', 'pg_catalog', FALSE) IS NULL",
        "SELECT '', '' WHERE set_config('my.var', 'x', FALSE) IS NULL",
        "SELECT '', '' WHERE lo_create(0) IS NULL",
        "SELECT '', '' WHERE lo_from_bytea(0, 'x') IS NULL",
        "SELECT '', '' FROM customers WHERE id > 9 FOR UPDATE",
        "SELECT query_to_xml('DELETE FROM customers', TRUE, TRUE, ''), ''",
    ),
}


def odd(text: str) -> str:
    """The words of a statement in mixed case, up to its first quoted text."""
    start = re.search(r"['\"$\\`\[]|$", text)
    end = start.start() if start else 0
    return "".join(c.upper() if n % 2 else c.lower() for n, c in enumerate(text[:end])) + text[end:]


def within(text: str) -> str:
    """A statement with a comment behind its first word, which holds what ends one."""
    return re.sub(r"^([A-Za-z]+)", r"\1/* ; COMMIT */", text)


FILLER = NOTHING
FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: f"{text};",
    "mixed case": lambda text: f"{odd(text)};",
    "behind comments": lambda text: f"/* COMMIT; ' */ -- ;\n{text};",
    "around a comment": lambda text: f"{within(text)};",
    "behind another on its line": lambda text: f"{FILLER} {text};",
    "before another on its line": lambda text: f"{text}; {FILLER}",
    "behind a carriage return": lambda text: f"{FILLER}\r{text};",
    "behind empty statements": lambda text: f";; ;\n{text};",
    "behind a byte order mark": lambda text: f"\ufeff{text};",
    "behind a form feed": lambda text: f"\f{text}\t;",
}


def placed(shop: Shop, statements: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each statement with the name of a form, and in it; the forms take turns."""
    for number, statement in enumerate(statements):
        form = list(FORMS)[number % len(FORMS)]
        text = FORMS[form](statement.replace("OUT", str(shop.out)))
        if statement.startswith(("\\", ".")) or (shop.engine == "postgresql" and "byte order" in form):
            # Neither is a word of SQL there.
            text = FORMS["plain"](statement.replace("OUT", str(shop.out)))
        yield f"{statement} ({form})", text


def share(shop: Shop, role: int, statements: tuple[str, ...], soaking: bool) -> tuple[str, ...]:
    """Those of a table that are tried: on SQLite all of them, elsewhere a share that is another for each role."""
    every = 1 if soaking or shop.engine == "sqlite" else {"postgresql": 2, "duckdb": 5}[shop.engine]
    return statements[role % every :: every]


@pytest.fixture
def soaking(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--soak"))


# A step in its transaction.


@on_each
def test_a_statement_that_would_leave_its_step_is_refused_where_it_stands(shop: Shop) -> None:
    for what, text in placed(shop, REFUSED[shop.engine]):
        step = MADE + text
        shop.step(step + FILLED + DOOMED)
        # The words are on one line, but for what stands above them.
        lines = step.count("\n") + 3
        result = told(shop.rung("up"), "0003.shop-third.sql:", "kept: 0003.shop-third was undone completely")
        place = re.search(r"0003\.shop-third\.sql:(\d+):\d+: ", result.err)
        assert place and int(place[1]) == lines, f"{what}: {result.err}"
        shop.intact(what)
    shop.completes()


@on_server
def test_what_leaves_its_step_in_the_midst_of_a_function_is_refused(shop: Shop) -> None:
    for what, text in placed(shop, REFUSED_SOMEWHERE):
        shop.step(MADE + text + FILLED)
        told(shop.rung("up"))
        shop.intact(what)
    shop.completes()


@on_each
def test_what_ends_with_its_step_is_taken_and_seen_by_no_other(shop: Shop, soaking: bool) -> None:
    shop.witness()
    for what, text in placed(shop, share(shop, 0, TAKEN[shop.engine], soaking or shop.engine == "duckdb")):
        shop.step(MADE + FILLED + "\n\n" + text)
        result = shop.rung("up")
        assert result.code == 0, f"{what}: {result.err}"
        assert shop.applied() == ["0001", "0002", "0003", "0004"], what
        assert shop.run("SELECT * FROM third") == [[(1,)]] and shop.saw_nothing(), what
        assert shop.run(*ROWS)[0][:2] == shop.base[1][:2] == [(1, "Ada"), (2, "Grace")], what
        assert shop.rung("down", "--to", "2", "--yes").code == 0
        shop.intact(what)
    assert shop.state() == shop.base


@on_each
def test_what_is_taken_goes_with_a_step_that_fails(shop: Shop, soaking: bool) -> None:
    for what, text in placed(shop, share(shop, 1, TAKEN[shop.engine], soaking)):
        shop.step(MADE + text + DOOMED)
        told(shop.rung("up"))
        shop.intact(what)
    shop.completes()


@on_each
def test_a_statement_without_a_semicolon_is_refused_as_the_last_of_a_step(shop: Shop) -> None:
    for statement in ("COMMIT", "rollback", "END -- really", "BEGIN /* ; */"):
        shop.step(MADE + statement)
        told(shop.rung("up"), "0003.shop-third.sql:5:1: ", " is not allowed in a step")
        shop.intact(statement)
    shop.completes()


@on_each
def test_no_file_is_written_and_no_step_half_committed_in_one_transaction_with_others(shop: Shop) -> None:
    shop.step(MADE + FILLED)
    shop.step("CREATE TABLE fourth (id INTEGER);\n\nCOMMIT;", "DROP TABLE fourth;", name="0004.shop-fourth")
    told(shop.rung("up", "--one-transaction"), "0004.shop-fourth.sql:5:1: COMMIT is not allowed", "the 1 before it")
    told(shop.rung("up", "--dry-run", "--verbose"), "0004.shop-fourth.sql:5:1: COMMIT is not allowed")
    assert shop.state() == shop.base


# The other files of a step, and of the project.


@on_each
def test_a_rollback_that_would_leave_its_transaction_is_undone(shop: Shop, soaking: bool) -> None:
    for what, text in placed(shop, share(shop, 1, REFUSED[shop.engine], soaking)):
        shop.step(MADE + FILLED, f"DROP TABLE third;\n\n{text}")
        assert shop.rung("up").code == 0
        before = shop.state()
        told(shop.rung("down", "--yes"), "0003.shop-third.rollback.sql:", "was undone completely")
        assert shop.state() == before, what
        shop.reset()


@on_each
def test_a_verify_file_of_a_step_can_only_read(shop: Shop, soaking: bool) -> None:
    statements = REFUSED[shop.engine] + WRITING[shop.engine] + TAKEN[shop.engine]
    for what, text in placed(shop, share(shop, 2, statements, soaking)):
        shop.step(MADE + FILLED, verify=f"{NOTHING}\n\n{text}")
        result = shop.rung("up")
        if result.code:
            told(result, "0003.shop-third")
            shop.intact(what)
        else:
            assert shop.rung("down", "--yes").code == 0
            shop.intact(what)
    assert shop.state() == shop.base


@on_each
def test_a_check_file_and_a_query_can_only_read(shop: Shop, soaking: bool) -> None:
    statements = REFUSED[shop.engine] + WRITING[shop.engine] + TAKEN[shop.engine]
    for kind, command in (("checks", ["verify"]), ("queries", ["query", "mine"])):
        for what, text in placed(shop, share(shop, 3 if kind == "checks" else 4, statements, soaking)):
            shop.file(kind, f"{NOTHING}\n\n{text}")
            result = shop.rung(*command)
            sound(result)
            assert result.code in ((0, 1, 3) if kind == "checks" else (0, 3)), f"{what}: {result.out}{result.err}"
            if result.code == 3:
                told(result, "mine.sql:")
            shop.intact(what)
        assert shop.state() == shop.base
        shop.reset()


@on_each
def test_what_writes_is_refused_in_every_file_that_reads(shop: Shop) -> None:
    for text in WRITING[shop.engine][:2]:
        shop.file("queries", f"{text};")
        told(shop.rung("query", "mine"), "mine.sql:3:1: ", " in a query file, which may only read")
        shop.step(MADE, verify=f"{text};")
        told(shop.rung("up"), "verify/0003.shop-third.sql:3:1: ", " in a verify file, which may only read")
        shop.reset()
        shop.file("checks", f"{text};")
        result = shop.rung("verify")
        assert result.code == 1 and "a check file, which may only read" in result.out, result.out + result.err
        assert shop.state() == shop.base, text
        shop.reset()


@on_each
def test_rows_of_a_seed_file_cannot_leave_their_transaction(shop: Shop, soaking: bool) -> None:
    path = shop.root / "sql" / "seed" / "shop" / f"{shop.engine}.sql"
    path.parent.mkdir(parents=True)
    with closing(engines.connect(parse(shop.url), "write", Settings())) as session:
        for what, text in placed(shop, share(shop, 0, REFUSED[shop.engine], soaking)):
            path.write_text(f"-- Seed: rows.\n\nINSERT INTO customers (id, name) VALUES (3, 'Eve');\n\n{text}")
            session.begin()
            with pytest.raises(RungError) as caught:
                session.run_script(read_file(path, "seed"))
            session.rollback()
            assert str(caught.value.at).startswith(f"{path}:"), what
    assert shop.state() == shop.base


# The same code on each engine, and elsewhere it takes seconds.
@on_sqlite
def test_a_drill_shows_a_seed_file_that_would_leave_its_transaction(shop: Shop) -> None:
    path = shop.root / "sql" / "seed" / "shop" / f"{shop.engine}.sql"
    path.parent.mkdir(parents=True)
    path.write_text("-- Seed: rows.\n\nINSERT INTO customers (id, name) VALUES (3, 'Eve');\n\nCOMMIT;\n")
    result = call("drill", "shop", "--project", shop.root, "--engine", shop.engine)
    sound(result)
    assert result.code == 0 and "1 statement of " in result.out and "did not fit and left no rows" in result.out


# A step outside of any transaction.

ALONE_REFUSED = {
    "sqlite": (
        *("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT a", "RELEASE a", "ATTACH ':memory:' AS x"),
        *("ATTACH 'OUT/a.db' AS x", "DETACH main", "PRAGMA journal_mode = OFF", "PRAGMA journal_mode = memory"),
        *("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA writable_schema = ON"),
        *("PRAGMA query_only = ON", "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA ignore_check_constraints = 1"),
        *("PRAGMA max_page_count = 10", "PRAGMA recursive_triggers = ON", "PRAGMA case_sensitive_like = 1"),
    ),
    "duckdb": (
        *("BEGIN", "COMMIT", "ROLLBACK", "ATTACH ':memory:' AS x", "DETACH shop", "USE temp", "SET threads = 1"),
        *("SET VARIABLE a = 1", "PREPARE p AS SELECT 1", "CREATE SECRET escapee (TYPE http)", "LOAD nothing"),
        *("PRAGMA enable_profiling", "CALL enable_logging()", "EXPLAIN ANALYZE COMMIT"),
    ),
    "postgresql": (
        *("BEGIN", "START TRANSACTION", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT a", "COMMIT AND CHAIN"),
        *("PREPARE TRANSACTION 'x'", "COPY customers FROM STDIN", "COPY customers TO STDOUT", "LOCK TABLE customers"),
    ),
}
ALONE_TAKEN = {
    "sqlite": (
        *("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)", "REINDEX", "CREATE TEMP TABLE _rung_step (x)"),
        *("CREATE TABLE temp.fourth (x)", "CREATE TEMP VIEW _yoyo_migration AS SELECT 1 AS x", "EXPLAIN COMMIT"),
        "CREATE TEMP TRIGGER t AFTER INSERT ON main._rung_step BEGIN DELETE FROM _rung_step; END",
    ),
    "duckdb": ("CHECKPOINT", "VACUUM", "CREATE TEMP TABLE _rung_step (x INTEGER)", "CREATE TEMP MACRO m() AS 1"),
    "postgresql": (
        *("VACUUM customers", "SET ROLE pg_monitor", "SET SESSION AUTHORIZATION pg_monitor", "LISTEN x"),
        *("SET session_replication_role = replica", "RESET ALL", "SET search_path = pg_catalog", "DEALLOCATE ALL"),
        *("SET default_transaction_read_only = on", "SELECT set_config('rung.schema', 'other', FALSE)"),
        *("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET synchronous_commit = off"),
        *("CREATE TEMP TABLE _rung_step (x INTEGER)", "DECLARE c CURSOR WITH HOLD FOR SELECT 1"),
        "DO $$ BEGIN COMMIT; END $$",
    ),
}


@on_each
def test_a_statement_outside_of_a_transaction_leaves_none_open_and_no_setting(shop: Shop) -> None:
    for statement in ALONE_REFUSED[shop.engine]:
        for form in ("plain", "behind comments")[shop.engine == "duckdb" :]:
            text = FORMS[form](statement.replace("OUT", str(shop.out)))
            shop.step(text, "SELECT 1;", keys="-- transactional: false\n")
            told(shop.rung("up"), "0003.shop-third.sql:", "kept: ")
            shop.intact(statement)
    shop.completes()


@on_each
def test_what_a_statement_outside_of_a_transaction_leaves_in_its_session_is_seen_by_no_other(shop: Shop) -> None:
    shop.witness()
    for statement in ALONE_TAKEN[shop.engine]:
        shop.step(f"{statement};", "SELECT 1;", keys="-- transactional: false\n")
        result = shop.rung("up")
        assert result.code == 0, f"{statement}: {result.err}"
        assert shop.applied() == ["0001", "0002", "0003", "0004"] and shop.saw_nothing(), statement
        assert shop.rung("status", "--exit-code").code == 0
        assert shop.rung("down", "--to", "2", "--yes").code == 0
        shop.intact(statement)
    assert shop.state() == shop.base


@on_server
def test_a_statement_outside_of_a_transaction_that_gives_the_lock_away_is_told_with_what_it_left(shop: Shop) -> None:
    shop.witness()
    for statement in ("SELECT pg_advisory_unlock_all()", "DISCARD ALL"):
        shop.step(f"{statement};", "SELECT 1;", keys="-- transactional: false\n")
        told(
            shop.rung("up"),
            "0003.shop-third.sql:1:1: the step gave the lock of its schema away",
            "kept: what the statement did is still there, unrecorded",
        )
        assert shop.state() == shop.base


# What is temporary.


@on_each
def test_a_temporary_table_of_a_name_of_the_ledger_takes_no_row_of_it(shop: Shop) -> None:
    shop.step("CREATE TEMP TABLE _rung_step AS SELECT * FROM _rung_step WHERE 1 = 0;\n\n" + MADE)
    shop.step("CREATE TEMP TABLE third AS SELECT 1 AS id;", "SELECT 1;", name="0004.shop-fourth")
    shop.step("INSERT INTO third (id) VALUES (5);", "DELETE FROM third;", name="0005.shop-fifth")
    assert shop.rung("up").code == 0
    assert shop.rung("status", "--exit-code").code == 0
    (records, found) = shop.run("SELECT count(*) FROM _rung_step", "SELECT id FROM third")
    assert records == [(5,)], "each of the five steps has its record"
    assert found == [(5,)], "the row of the later step is in the table that stays"
    assert shop.rung("down", "--to", "2", "--yes").code == 0


# On PostgreSQL, what it builds beside takes a server of its own; the witness sees the same.
@pytest.mark.parametrize("shop", ["sqlite", "duckdb"], indirect=True)
def test_drift_sees_nothing_of_what_a_step_made_for_itself_alone(shop: Shop) -> None:
    shop.step("CREATE TEMP TABLE work AS SELECT 1 AS id;\n\nCREATE TABLE third AS SELECT id FROM work;")
    assert shop.rung("up").code == 0
    result = shop.rung("drift")
    assert result.code == 0, result.out + result.err


# Macros of DuckDB.


@on_duckdb
@pytest.mark.parametrize("macro", ["count(x) AS 0", "max(x) AS 'a'", "duckdb_tables() AS TABLE SELECT 1 AS x"])
def test_a_macro_in_place_of_a_function_of_rungs_is_refused_before_the_ledger_is_read(macro: str, shop: Shop) -> None:
    name = macro.partition("(")[0]
    shop.run(f"CREATE MACRO {macro}")
    for command in (["status"], ["up"], ["verify"], ["history"], ["drift"]):
        told(shop.rung(*command), f"stand in place of functions that rung itself uses: {name}", "next: give them")
    shop.run(f"DROP MACRO{' TABLE' if 'TABLE' in macro else ''} {name}")
    assert shop.state() == shop.base
    shop.completes()


@on_duckdb
def test_a_step_that_makes_such_a_macro_is_undone(shop: Shop) -> None:
    for made in (
        "MACRO count(x) AS 0",
        "TEMP FUNCTION max(x) AS 0",
        "OR REPLACE macro CoUnT(a, b) AS a",
        *('MACRO "count"(x) AS 0', "MACRO 'ma'\n'x'(x) AS 0", "MACRO $$max$$(x) AS 0", "MACRO '+'(a, b) AS 0"),
        *("FUNCTION/**/max(x) AS 0", "MACRO main.max(x) AS 0", "MACRO IF NOT EXISTS max(x) AS 0"),
        "MACRO fine(x) AS 0;\n\nCREATE MACRO main.max(x) AS 0",
        # What a DROP says is nobody's harm, where it is one.
        "MACRO fine(x) AS 0;\n\nDROP MACRO fine; CREATE MACRO main.max(x) AS 0",
        *("OR REPLACE -- drop\nMACRO main.max(x) AS 0", "OR REPLACE /*\ndrop macro*/ MACRO main.max(x) AS 0"),
    ):
        shop.step(f"{MADE}CREATE {made};{FILLED}")
        told(shop.rung("up"), "0003.shop-third.sql:") if "TEMP" not in made else sound(shop.rung("up"))
        if shop.applied() == ["0001", "0002"]:
            assert shop.state() == shop.base, made
        else:
            assert "TEMP" in made and shop.rung("down", "--yes").code == 0
    shop.step(f"CREATE MACRO double(x) AS x * 2;\n\n{MADE}", "DROP TABLE third;\n\nDROP MACRO double;")
    assert shop.rung("up").code == 0, "a macro of another name is nobody's harm"


@on_duckdb
def test_a_verify_file_moves_no_sequence_by_a_macro_or_a_view(shop: Shop) -> None:
    base = "CREATE SEQUENCE numbers;\n\nCREATE MACRO next_one() AS nextval('numbers');\n\n"
    base += "CREATE VIEW taken AS SELECT nextval('numbers') AS number;\n\n"
    back = "DROP VIEW taken;\n\nDROP MACRO next_one;\n\nDROP SEQUENCE numbers;\n\nDROP TABLE third;"
    for reads in ("SELECT nextval('numbers')", "SELECT next_one()", "SELECT number FROM taken"):
        shop.step(MADE + base, back, f"SELECT 'a' AS subject, 'b' AS problem WHERE ({reads}) < 0;")
        told(shop.rung("up"), "verify/0003.shop-third.sql:", " in a verify file, which may only read")
        assert shop.state() == shop.base, reads


@on_duckdb
def test_no_text_or_comment_hides_what_writes(shop: Shop) -> None:
    written = "written AS (INSERT INTO customers (id, name) VALUES (9, 'Eve') RETURNING id)"
    texts = (r"E'\''", r"'\'", "$a$ ' $a$", "$$ $a$ $$", "/* ' /* */ ' */ 1", "1 -- '\n", "''''", "'a'\n'b'")
    for text in (*texts, '1 AS "\'", 2'):
        verify = f"WITH hides AS (SELECT {text} AS a), {written}\n\n"
        shop.step(MADE, verify=f"{verify}SELECT 'a' AS subject, 'b' AS problem FROM written WHERE id < 0; --' */")
        told(shop.rung("up"), "verify/0003.shop-third.sql:", " in a verify file, which may only read")
        shop.intact(text)
    assert shop.state() == shop.base


@on_duckdb
def test_explain_analyze_in_a_query_runs_nothing_but_what_reads(shop: Shop) -> None:
    for text in (f"COPY customers TO '{shop.out}/c.csv'", "SET VARIABLE a = 1", "CHECKPOINT", "ROLLBACK"):
        for explain in ("EXPLAIN ANALYZE", "explain (analyze)", "EXPLAIN /* */ Analyze -- ;\n"):
            shop.file("queries", f"{explain} {text};")
            told(shop.rung("query", "mine"), "mine.sql:3:1: ", " in a query file, which may only read")
            shop.intact(text)
    for text in ("EXPLAIN ANALYZE SELECT 'COPY'", "EXPLAIN (SELECT 1)"):
        shop.file("queries", f"{text};")
        assert shop.rung("query", "mine").code == 0, text
    assert shop.state() == shop.base


# The ledger.

# DuckDB has no trigger that keeps a row out.
TAMPERING = {
    "sqlite": (
        "CREATE TRIGGER made AFTER INSERT ON _yoyo_migration BEGIN DELETE FROM _yoyo_migration "
        "WHERE migration_id = new.migration_id; END",
        "CREATE TRIGGER made AFTER INSERT ON _rung_step BEGIN DELETE FROM _rung_step; END",
        "CREATE TRIGGER made BEFORE INSERT ON _rung_event BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER made BEFORE INSERT ON _rung_step BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TRIGGER made AFTER INSERT ON _yoyo_log BEGIN DELETE FROM _rung_step WHERE migration_id < '0002'; END",
        "CREATE TRIGGER made AFTER INSERT ON _rung_event BEGIN DELETE FROM _rung_step WHERE migration_id < '0002'; END",
    ),
    "postgresql": (
        "CREATE RULE made AS ON INSERT TO _rung_step DO INSTEAD NOTHING",
        "CREATE RULE made AS ON INSERT TO _yoyo_migration DO INSTEAD NOTHING",
        "CREATE RULE made AS ON INSERT TO _rung_event DO INSTEAD NOTHING",
        "CREATE FUNCTION wrong() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; "
        "CREATE TRIGGER made BEFORE INSERT ON _rung_step FOR EACH ROW EXECUTE FUNCTION wrong()",
        "CREATE RULE made AS ON INSERT TO _yoyo_log DO ALSO DELETE FROM _rung_step WHERE migration_id < '0002'",
        "CREATE RULE made AS ON INSERT TO _rung_event DO ALSO DELETE FROM _rung_step WHERE migration_id < '0002'",
    ),
}
on_those_with_such_triggers = pytest.mark.parametrize("shop", [*TAMPERING], indirect=True)
LEDGER_ROWS = (
    "DELETE FROM _rung_step",
    "DELETE FROM _yoyo_migration WHERE migration_id LIKE '0001%'",
    "UPDATE _rung_step SET forward_checksum = 'sha256:0'",
    "UPDATE _rung_version SET version = 99",
    "UPDATE _yoyo_migration SET migration_id = '0001.shop-other' WHERE migration_id LIKE '0001%'",
    "DELETE FROM _yoyo_version",
)


@on_those_with_such_triggers
def test_a_step_that_keeps_its_record_out_of_the_ledger_is_undone(shop: Shop) -> None:
    for statement in TAMPERING[shop.engine]:
        shop.step(f"{MADE}{statement};{FILLED}")
        told(shop.rung("up"), "was undone completely")
        shop.intact(statement)
    shop.completes()


@on_each
def test_a_step_that_writes_to_the_ledger_is_undone(shop: Shop) -> None:
    for statement in LEDGER_ROWS:
        shop.step(f"{MADE}{statement};{FILLED}")
        told(shop.rung("up"), "the ledger is rung's alone to write", "was undone completely")
        shop.intact(statement)
    shop.completes()


@on_each
def test_a_rollback_that_writes_to_the_ledger_is_undone(shop: Shop) -> None:
    for statement in (LEDGER_ROWS[1], LEDGER_ROWS[3]):
        shop.step(MADE, f"DROP TABLE third;\n\n{statement};")
        assert shop.rung("up").code == 0
        before = shop.state()
        told(shop.rung("down", "--yes"), "the ledger is rung's alone to write", "was undone completely")
        assert shop.state() == before, statement
        shop.reset()


@on_each
def test_the_second_step_of_a_run_may_not_touch_the_ledger_either(shop: Shop) -> None:
    fourth = "CREATE TABLE fourth (id INTEGER);\n\n"
    for statement in (*LEDGER_ROWS, *TAMPERING.get(shop.engine, ())):
        shop.step()
        shop.step(f"{fourth}{statement};", "DROP TABLE fourth;", name="0004.shop-fourth")
        told(shop.rung("up"), "0004.shop-fourth was undone completely; the step before it stays applied")
        assert shop.applied() == ["0001", "0002", "0003"] and shop.rung("verify").code == 0, statement
        shop.reset()
    shop.step(MADE, f"DROP TABLE third;\n\n{LEDGER_ROWS[1]};")
    shop.step(fourth, "DROP TABLE fourth;", name="0004.shop-fourth")
    assert shop.rung("up").code == 0
    told(shop.rung("down", "--steps", "2", "--yes"), "of 0003.shop-third was undone completely; the step before it")
    assert shop.applied() == ["0001", "0002", "0003"]
    shop.reset()
    shop.completes()


@on_those_with_such_triggers
def test_a_trigger_or_rule_that_somebody_made_on_the_ledger_undoes_the_step(shop: Shop) -> None:
    shop.step()
    for statement in (*TAMPERING[shop.engine][:2], *TAMPERING[shop.engine][-2:]):
        shop.run(statement)
        told(shop.rung("up"), "the ledger does not hold what was written to it", "was undone completely")
        assert shop.applied() == ["0001", "0002"]
        on = re.search(r"ON (?:INSERT TO )?(\w+)", statement.replace("ON INSERT TO", "ON"))
        assert on
        shop.run("DROP TRIGGER made" if shop.engine == "sqlite" else f"DROP RULE made ON {on[1]}")
    shop.completes()


# PostgreSQL's own.


@on_server
def test_a_step_that_writes_to_the_ledger_is_undone_where_the_server_counts_nothing(shop: Shop) -> None:
    setting = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I {} track_counts{}', current_database()); END $$"
    shop.run(setting.format("SET", " = off"))
    for statement in LEDGER_ROWS:
        shop.step(f"{MADE}{statement};{FILLED}")
        told(shop.rung("up"), "the ledger is rung's alone to write", "was undone completely")
    shop.run(setting.format("RESET", ""))
    shop.intact("all of them")
    shop.completes()


@on_server
def test_a_verify_file_that_gives_the_lock_away_undoes_its_step(shop: Shop) -> None:
    shop.step(MADE, verify="SELECT '' AS subject, '' AS problem WHERE pg_advisory_unlock_all() IS NULL;")
    shop.witness()
    told(shop.rung("up"), "verify/0003.shop-third.sql:1:1: the verify file gave the lock of its schema away")
    assert shop.state() == shop.base
    shop.completes()


@on_server
def test_a_query_that_reads_leaves_no_large_object_and_no_setting_behind(shop: Shop) -> None:
    for text in ("SELECT lo_create(0)", "SELECT lo_from_bytea(0, 'x'), lo_creat(-1)", "SELECT lo_create(4711)"):
        shop.file("queries", f"{text};")
        result = shop.rung("query", "mine")
        sound(result)
        assert result.code in {0, 3}
        shop.intact(text)


@on_server
def test_a_role_that_a_step_takes_on_is_laid_down_whatever_it_sets(shop: Shop) -> None:
    shop.witness()
    shop.step(f"{MADE}{FILLED}\n\nSELECT set_config('rung.more', 'on', FALSE);\n\nSET ROLE pg_monitor;")
    result = shop.rung("up")
    assert result.code == 0, result.err
    assert shop.saw_nothing()


# What is written down as a limit.


@on_sqlite
def test_a_statement_outside_of_a_transaction_may_write_another_file(shop: Shop) -> None:
    shop.step(f"VACUUM INTO '{shop.out}/copy.db';", "SELECT 1;", keys="-- transactional: false\n")
    assert shop.rung("up").code == 0
    assert [path.name for path in shop.out.iterdir()] == ["copy.db"]


@on_duckdb
def test_a_sequence_that_a_refused_verify_file_moved_stays_moved_and_nothing_else(shop: Shop) -> None:
    shop.run("CREATE SEQUENCE numbers", "CREATE VIEW taken AS SELECT nextval('numbers') AS number")
    before = shop.state()
    shop.step(MADE, verify="SELECT 'a' AS subject, 'b' AS problem FROM taken WHERE number < 0;")
    told(shop.rung("up"), "what moves a sequence in a verify file, which may only read")
    after = shop.state()
    assert [new for old, new in zip(before, after, strict=True) if old != new] in ([], [[("numbers", 1)]])


# At random.


def pieces(engine: str) -> st.SearchStrategy[tuple[list[str], bool]]:
    """Statements of a step, good ones and ones that try to leave; whether it ends in an error of its own."""
    good = (
        "SELECT 1",
        "INSERT INTO customers (id, name) VALUES (5, 'it''s; COMMIT')",
        "DELETE FROM customers WHERE id = 5",
    )
    good += ("UPDATE customers SET name = name WHERE id = 1", "CREATE TABLE made (id INTEGER)", "DROP TABLE made")
    tables = good * 2 + REFUSED[engine][:30] + TAKEN[engine] + WRITING[engine][:2]
    if engine == "postgresql":
        tables += tuple(text for text in REFUSED_SOMEWHERE if "terminate" not in text)
    one = st.builds(lambda text, form: FORMS[form](text), st.sampled_from(tables), st.sampled_from([*FORMS]))
    return st.tuples(st.lists(one, min_size=1, max_size=5), st.booleans())


EXAMPLES = {"sqlite": 80, "duckdb": 15, "postgresql": 40}


def holds(shop: Shop, texts: list[str], doomed: bool) -> None:
    """Whatever is in a step: it is there wholly and with its record, or not at all and with one message."""
    shop.reset()
    joined = "\n".join(texts).replace("OUT", str(shop.out))
    shop.step(MADE + joined + FILLED + (DOOMED if doomed else ""))
    shop.witness()
    result = shop.rung("up")
    if result.code == 0:
        assert not doomed
        assert shop.applied() == ["0001", "0002", "0003", "0004"] and shop.saw_nothing()
        assert shop.run("SELECT * FROM third") == [[(1,)]]
        assert not [*shop.out.iterdir()]
        assert shop.rung("status", "--exit-code").code == 0
    else:
        told(result)
        assert shop.state() == shop.base


@on_each
def test_a_step_of_anything_is_there_with_its_record_or_not_at_all(
    shop: Shop, soak: Callable[[int], Iterator[random.Random]], soaking: bool
) -> None:
    @settings(
        max_examples=EXAMPLES[shop.engine],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(pieces(shop.engine))
    def composed(step: tuple[list[str], bool]) -> None:
        holds(shop, *step)

    composed()
    shop.reset()
    shop.completes()
    if soaking:
        every = [*REFUSED[shop.engine], *TAKEN[shop.engine], *WRITING[shop.engine], "SELECT 1", "DROP TABLE third"]
        for chance in soak(1):
            texts = [FORMS[chance.choice([*FORMS])](chance.choice(every)) for _ in range(chance.randint(1, 6))]
            print(texts)
            holds(shop, texts, chance.random() < 0.3)
