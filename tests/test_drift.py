"""`rung drift`: whatever was changed by hand is seen, and nothing else, on every engine."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from conftest import ROOT, Result, Rung, Tree, call, connect, write
from servers import CRON, SOURCES, Servers

from runner import engines, project, state, throwaway
from runner.engines import Settings
from runner.sqlfile import header, parameters, read_file
from runner.state import State
from runner.target import parse

Case = tuple[str, dict[str, str]]


def drift(*arguments: object) -> Result:
    return call("drift", *arguments, "--json")


def differences(result: Result) -> dict[str, str]:
    """What is told as drift: how each object differs."""
    assert "objects" in result.json, result.err
    return {f"{one['kind']} {one['name']}": one["change"] for one in result.json["objects"] if not one["foreign"]}


def notices(result: Result) -> dict[str, dict[str, Any]]:
    return {notice["subject"]: notice for checked in result.json["checked"] for notice in checked["notices"]}


def project_of(root: Path, engine: str, *steps: str, family: str = "shop", requires: str = "") -> Path:
    """A project whose steps are these texts; none of them is ever rolled back."""
    folder = root / "migrations" / family / engine
    (folder / "verify").mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(steps, start=1):
        keys = "-- irreversible: for a test\n"
        if requires and number == len(steps):
            keys += f"-- requires: {requires}\n"
        name = f"{number:04d}.{family}-step"
        (folder / f"{name}.sql").write_text(f"-- Step: for a test.\n{keys}\n{text}\n", encoding="utf-8")
        (folder / "verify" / f"{name}.sql").write_text(
            "-- Step: nothing to see.\n\nSELECT '' AS subject, '' AS problem WHERE FALSE;\n", encoding="utf-8"
        )
    return root


def up(root: Path | None, family: str, url: str, *arguments: object) -> None:
    result = call("up", family, "--url", url, *(["--project", root] if root else []), *arguments)
    assert result.code == 0, result.out + result.err


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine to try on: the step, what is done to the database by hand, and what of it is drift."""

    name: str
    step: str
    by_hand: list[Case]

    @property
    def expected(self) -> dict[str, str]:
        return {name: change for _, found in self.by_hand for name, change in found.items()}


SQLITE = Engine(
    "sqlite",
    """
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER, CONSTRAINT orders_amount_check CHECK (amount > 0));
    CREATE TABLE stock (id INTEGER PRIMARY KEY, place TEXT DEFAULT 'here');
    CREATE TABLE gone (id INTEGER PRIMARY KEY);
    CREATE TABLE again (id INTEGER PRIMARY KEY, "Note" TEXT DEFAULT 'A -- b');
    CREATE INDEX gone_idx ON gone (id);
    CREATE INDEX orders_idx ON orders (amount);
    CREATE INDEX customers_idx ON customers (name);
    CREATE VIEW few AS SELECT name FROM customers;
    CREATE VIRTUAL TABLE words USING fts5 (word);
    CREATE TRIGGER stock_stays BEFORE DELETE ON stock BEGIN SELECT raise(ABORT, 'stays'); END;
    """,
    [
        ("ALTER TABLE customers ADD COLUMN note TEXT", {"table customers": "changed"}),
        ("DROP INDEX orders_idx", {"index orders_idx": "missing"}),
        ("DROP INDEX customers_idx", {}),
        ("CREATE INDEX customers_idx ON customers (name DESC)", {"index customers_idx": "changed"}),
        ("CREATE INDEX mine ON stock (place)", {"index mine": "unknown"}),
        # Without its CHECK.
        ("ALTER TABLE orders RENAME TO old_orders", {}),
        ("CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER)", {"table orders": "changed"}),
        ("DROP TABLE old_orders", {}),
        ("DROP TRIGGER stock_stays", {}),
        (
            "CREATE TRIGGER stock_stays BEFORE DELETE ON stock BEGIN SELECT raise(IGNORE); END",
            {"trigger stock_stays": "changed"},
        ),
        ("DROP VIEW few", {}),
        ("CREATE VIEW few AS SELECT upper(name) AS name FROM customers", {"view few": "changed"}),
        ("CREATE TRIGGER mine_too AFTER INSERT ON stock BEGIN SELECT 1; END", {"trigger mine_too": "unknown"}),
        ("PRAGMA writable_schema = ON", {}),
        (
            "UPDATE sqlite_schema SET sql = replace(sql, '''here''', '''there''') WHERE name = 'stock'",
            {"table stock": "changed"},
        ),
        ("PRAGMA writable_schema = OFF", {}),
        ("DROP TABLE gone", {"table gone": "missing"}),
        ("CREATE TABLE dba (id integer)", {"table dba": "unknown"}),
        ("CREATE INDEX dba_idx ON dba (id)", {}),
        # No drift: the same shape, written otherwise or come about otherwise; rows; statistics; the journal.
        ("DROP TABLE again", {}),
        ("create table Again(id integer primary key , \"Note\" text default 'A -- b' -- by hand\n)", {}),
        ("ALTER TABLE again ADD COLUMN later TEXT", {}),
        ("ALTER TABLE again DROP COLUMN later", {}),
        ("ALTER TABLE words RENAME TO words_2", {}),
        ("ALTER TABLE words_2 RENAME TO words", {}),
        ("INSERT INTO stock (id) VALUES (1)", {}),
        ("INSERT INTO words VALUES ('a')", {}),
        ("ANALYZE", {}),
        ("PRAGMA journal_mode = DELETE", {}),
        ("PRAGMA user_version = 7", {}),
    ],
)

DUCKDB = Engine(
    "duckdb",
    """
    CREATE TYPE mood AS ENUM ('low', 'high');
    CREATE SEQUENCE numbers INCREMENT 5;
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, mood mood);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER, CONSTRAINT few CHECK (amount > 0));
    CREATE TABLE stock (id INTEGER PRIMARY KEY, place VARCHAR DEFAULT 'here');
    CREATE TABLE gone (id INTEGER PRIMARY KEY);
    CREATE INDEX gone_idx ON gone (id);
    CREATE INDEX orders_idx ON orders (amount);
    CREATE VIEW few AS SELECT name FROM customers;
    CREATE MACRO twice(x) AS 2 * x;
    COMMENT ON TABLE gone IS 'gone soon';
    COMMENT ON TABLE stock IS 'what there is';
    COMMENT ON COLUMN stock.place IS 'where';
    CREATE SCHEMA own;
    CREATE TABLE own.things (id INTEGER);
    CREATE TABLE own.others (id INTEGER);
    CREATE TABLE counted (id INTEGER DEFAULT nextval('numbers'));
    """,
    [
        ("ALTER TABLE customers ADD COLUMN note VARCHAR", {"table customers": "changed"}),
        ("DROP INDEX orders_idx", {"index orders_idx": "missing"}),
        ("CREATE INDEX mine ON stock (place)", {"index mine": "unknown"}),
        ("DROP TABLE orders", {}),
        ("CREATE TABLE orders (id INTEGER PRIMARY KEY, amount INTEGER)", {"table orders": "changed"}),
        ("CREATE OR REPLACE VIEW few AS SELECT upper(name) AS name FROM customers", {"view few": "changed"}),
        ("CREATE OR REPLACE MACRO twice(x) AS 3 * x", {"macro twice": "changed"}),
        ("COMMENT ON COLUMN stock.place IS 'elsewhere'", {"comment stock.place": "changed"}),
        ("COMMENT ON TABLE stock IS NULL", {"comment stock": "missing"}),
        ("DROP TABLE gone", {"table gone": "missing"}),
        ("CREATE TABLE dba (id INTEGER)", {"table dba": "unknown"}),
        ("CREATE INDEX dba_idx ON dba (id)", {}),
        ("COMMENT ON TABLE dba IS 'mine'", {}),
        ("CREATE SEQUENCE more", {"sequence more": "unknown"}),
        ("CREATE TYPE feeling AS ENUM ('none')", {"type feeling": "unknown"}),
        ("ALTER TABLE own.things ADD COLUMN name VARCHAR", {"table own.things": "changed"}),
        ("DROP TABLE own.others", {"table own.others": "missing"}),
        # No drift: rows, positions, a schema of somebody else's.
        ("INSERT INTO stock (id) VALUES (1)", {}),
        ("INSERT INTO counted DEFAULT VALUES", {}),
        ("ANALYZE", {}),
        ("CREATE SCHEMA theirs", {}),
        ("CREATE TABLE theirs.things (id INTEGER)", {}),
        ("CHECKPOINT", {}),
    ],
)

POSTGRESQL = Engine(
    "postgresql",
    """
    CREATE TYPE mood AS ENUM ('low', 'high');
    CREATE TYPE place AS (street text, city text);
    CREATE DOMAIN positive AS integer CONSTRAINT is_positive CHECK (value > 0);
    CREATE SEQUENCE numbers INCREMENT 5;
    CREATE TABLE customers (
        id integer PRIMARY KEY, name text NOT NULL, note text DEFAULT 'x', age integer, mood mood, size integer,
        weight integer, dropped text, last text,
        CONSTRAINT customers_age_check CHECK (age > 0), CONSTRAINT customers_size_check CHECK (size > 0)
    );
    COMMENT ON TABLE customers IS 'who buys';
    COMMENT ON COLUMN customers.name IS 'how they are called';
    CREATE TABLE orders (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id integer, amount numeric(10, 2),
        CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)
    );
    CREATE INDEX orders_amount_idx ON orders (amount);
    CREATE INDEX orders_customer_idx ON orders (customer_id);
    CREATE TABLE stock (id integer, name text);
    CREATE STATISTICS stock_names ON id, name FROM stock;
    ALTER TABLE stock ENABLE ROW LEVEL SECURITY;
    CREATE POLICY stock_seen ON stock FOR SELECT USING (id > 0);
    CREATE TABLE secrets (id integer);
    ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
    CREATE TABLE gone (id integer PRIMARY KEY, name text);
    CREATE INDEX gone_idx ON gone (name);
    COMMENT ON COLUMN gone.name IS 'was';
    CREATE VIEW few AS SELECT name FROM customers;
    CREATE VIEW safe WITH (security_barrier) AS SELECT id FROM customers;
    CREATE MATERIALIZED VIEW kept AS SELECT id FROM customers;
    CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql RETURN 2 * x;
    CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER orders_told BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION told();
    CREATE TRIGGER orders_gone BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION told();
    CREATE RULE stock_stays AS ON DELETE TO stock DO INSTEAD NOTHING;
    GRANT SELECT ON stock TO public;
    CREATE TABLE events (id integer, at date NOT NULL, CONSTRAINT events_id_check CHECK (id > 0))
    PARTITION BY RANGE (at);
    CREATE INDEX events_at_idx ON events (at);
    ALTER TABLE events ENABLE ROW LEVEL SECURITY;
    COMMENT ON COLUMN events.at IS 'when';
    CREATE TABLE events_rest PARTITION OF events DEFAULT;
    ALTER TABLE events_rest ENABLE ROW LEVEL SECURITY;
    CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    ALTER TABLE events_2020 ENABLE ROW LEVEL SECURITY;
    CREATE TABLE events_2021 PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
    ALTER TABLE events_2021 ENABLE ROW LEVEL SECURITY;
    CREATE TABLE shards (id integer) PARTITION BY HASH (id);
    CREATE TABLE shards_rest PARTITION OF shards FOR VALUES WITH (modulus 2, remainder 0);
    CREATE SCHEMA side;
    CREATE TABLE side.things (id integer);
    CREATE FUNCTION side.told(a integer, b text) RETURNS text LANGUAGE sql RETURN b;
    """,
    [
        ("ALTER TABLE customers ADD COLUMN extra text", {"column customers.extra": "unknown"}),
        ("COMMENT ON COLUMN customers.extra IS 'mine'", {}),
        # The column behind it has moved up, which is no difference of its own.
        ("ALTER TABLE customers DROP COLUMN dropped", {"column customers.dropped": "missing"}),
        ("ALTER TABLE customers ALTER COLUMN note SET DEFAULT 'y'", {"column customers.note": "changed"}),
        ("ALTER TABLE customers ALTER COLUMN weight TYPE bigint", {"column customers.weight": "changed"}),
        (
            "ALTER TABLE customers DROP CONSTRAINT customers_age_check",
            {"constraint customers.customers_age_check": "missing"},
        ),
        ("ALTER TABLE customers DROP CONSTRAINT customers_size_check", {}),
        (
            "ALTER TABLE customers ADD CONSTRAINT customers_size_check CHECK (size > 1)",
            {"constraint customers.customers_size_check": "changed"},
        ),
        ("COMMENT ON TABLE customers IS 'who pays'", {"comment table customers": "changed"}),
        ("COMMENT ON COLUMN customers.name IS NULL", {"comment column customers.name": "missing"}),
        ("DROP INDEX orders_amount_idx", {"index orders_amount_idx": "missing"}),
        ("CREATE INDEX mine ON orders (amount, id)", {"index mine": "unknown"}),
        (
            "UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'orders_customer_idx'::regclass",
            {"index orders_customer_idx": "changed"},
        ),
        ("ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey", {}),
        (
            "ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id)"
            " REFERENCES customers (id) NOT VALID",
            {"constraint orders.orders_customer_id_fkey": "changed"},
        ),
        ("ALTER TABLE orders ALTER COLUMN id SET INCREMENT 2", {"identity orders_id_seq": "changed"}),
        ("ALTER TABLE orders DISABLE TRIGGER orders_told", {"trigger orders.orders_told": "changed"}),
        ("DROP TRIGGER orders_gone ON orders", {"trigger orders.orders_gone": "missing"}),
        ("ALTER TABLE orders SET (toast.autovacuum_enabled = off)", {}),
        ("ALTER TABLE orders SET (fillfactor = 70)", {"table orders": "changed"}),
        ("ALTER TABLE stock SET (toast.autovacuum_enabled = off)", {"toast options stock": "unknown"}),
        ("ALTER POLICY stock_seen ON stock USING (id > 1)", {"policy stock.stock_seen": "changed"}),
        ("CREATE POLICY stock_more ON stock FOR INSERT WITH CHECK (TRUE)", {"policy stock.stock_more": "unknown"}),
        ("GRANT SELECT ON customers TO pg_monitor", {"grant table customers to pg_monitor": "unknown"}),
        ("GRANT UPDATE (name) ON customers TO pg_monitor", {"grant column customers.name to pg_monitor": "unknown"}),
        ("GRANT INSERT ON stock TO public", {"grant table stock to public": "changed"}),
        ("GRANT CREATE ON SCHEMA public TO pg_monitor", {"grant schema of the schema to pg_monitor": "unknown"}),
        ("DROP RULE stock_stays ON stock", {"rule stock.stock_stays": "missing"}),
        ("DROP STATISTICS stock_names", {"statistics stock_names": "missing"}),
        ("ALTER TABLE stock OWNER TO pg_database_owner", {"owner relation stock": "changed"}),
        ("ALTER TABLE secrets DISABLE ROW LEVEL SECURITY", {"row security secrets": "missing"}),
        ("ALTER TABLE secrets SET UNLOGGED", {"table secrets": "changed"}),
        ("ALTER TYPE mood ADD VALUE 'middling'", {"type mood": "changed"}),
        ("ALTER TYPE place ADD ATTRIBUTE country text", {"type place": "changed"}),
        ("ALTER DOMAIN positive DROP CONSTRAINT is_positive", {"type positive": "changed"}),
        ("ALTER SEQUENCE numbers INCREMENT 7", {"sequence numbers": "changed"}),
        ("CREATE OR REPLACE VIEW few AS SELECT name, id FROM customers", {"view few": "changed"}),
        ("ALTER VIEW safe SET (security_invoker = TRUE)", {"view safe": "changed"}),
        ("DROP MATERIALIZED VIEW kept", {"materialized view kept": "missing"}),
        (
            "CREATE OR REPLACE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql RETURN 3 * x",
            {"function twice(x integer)": "changed"},
        ),
        (
            "CREATE FUNCTION mine(y text, z double precision) RETURNS integer LANGUAGE sql RETURN 1",
            {"function mine(y text, z double precision)": "unknown"},
        ),
        ("ALTER FUNCTION told() OWNER TO pg_database_owner", {"owner function told()": "changed"}),
        ("DROP TABLE gone", {"table gone": "missing"}),
        ("CREATE TABLE dba (id serial PRIMARY KEY, name text DEFAULT 'a')", {"table dba": "unknown"}),
        ("CREATE INDEX dba_idx ON dba (name)", {}),
        ("GRANT SELECT ON dba TO pg_monitor", {}),
        ("ALTER TABLE side.things ADD COLUMN name text", {"column side.things.name": "unknown"}),
        ("DROP FUNCTION side.told(integer, text)", {"function side.told(a integer, b text)": "missing"}),
        ("CREATE FOREIGN DATA WRAPPER far", {}),
        ("CREATE SERVER far FOREIGN DATA WRAPPER far", {}),
        ("CREATE FOREIGN TABLE far (id integer) SERVER far", {"foreign table far": "unknown"}),
        # Partitions are where rows lie; what one has of its own is not.
        ("DROP TABLE events_2020", {}),
        ("ALTER TABLE events DETACH PARTITION events_2021", {}),
        ("CREATE TABLE events_2022 (LIKE events INCLUDING ALL)", {}),
        ("ALTER TABLE events_2022 ENABLE ROW LEVEL SECURITY", {}),
        ("ALTER TABLE events ATTACH PARTITION events_2022 FOR VALUES FROM ('2022-01-01') TO ('2023-01-01')", {}),
        (
            "CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
            {"row security events_2023": "missing"},
        ),
        ("CREATE INDEX events_2023_mine ON events_2023 (id)", {"index events_2023_mine": "unknown"}),
        ("ALTER TABLE events_2023 ADD CONSTRAINT mine CHECK (id < 9)", {"constraint events_2023.mine": "unknown"}),
        (
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
            " PARTITION BY LIST (id)",
            {"row security events_2024": "missing"},
        ),
        ("CREATE TABLE events_2024_1 PARTITION OF events_2024 FOR VALUES IN (1)", {}),
        ("CREATE TABLE shards_1 PARTITION OF shards FOR VALUES WITH (modulus 2, remainder 1)", {}),
        # No drift: rows, positions, statistics; what is elsewhere; what an extension brings; what a server is set to.
        ("INSERT INTO stock VALUES (1, 'a')", {}),
        ("SELECT nextval('numbers')", {}),
        ("ANALYZE", {}),
        ("CREATE SCHEMA theirs", {}),
        ("CREATE TABLE theirs.things (id integer)", {}),
        ("CREATE TABLE side.theirs (id integer)", {}),
        ("CREATE EXTENSION hstore", {}),
        ("CREATE EXTENSION pg_stat_statements", {}),
        ("CREATE PUBLICATION theirs FOR TABLE stock", {}),
        ("REVOKE ALL ON SCHEMA public FROM public", {}),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor",
            {"default privileges postgres r to pg_monitor": "unknown"},
        ),
    ],
)

ENGINES = {engine.name: engine for engine in (SQLITE, DUCKDB, POSTGRESQL)}


def execute(url: str, *statements: str) -> None:
    """Run statements on a database by hand."""
    target = parse(url)
    if target.engine == "postgresql":
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]
    else:
        opened: Any = connect(Path(target.path)) if target.engine == "sqlite" else duckdb.connect(target.path)
        with closing(opened) as other:
            for statement in statements:
                other.execute(statement)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_done_by_hand_is_seen_and_nothing_else(engine: str, tmp_path: Path, servers: Servers) -> None:
    if engine != "postgresql":
        _try(ENGINES[engine], f"{engine}:///{tmp_path}/shop.db", tmp_path / "project")
        return
    with servers.database(servers.first) as url:
        _try(POSTGRESQL, url, tmp_path / "project")


def _try(engine: Engine, url: str, root: Path) -> None:
    project_of(root, engine.name, engine.step)
    up(root, "shop", url)
    result = drift("shop", "--project", root, "--url", url)
    assert result.code == 0, differences(result)
    execute(url, *(statement for statement, _ in engine.by_hand))
    result = drift("shop", "--project", root, "--url", url)
    assert result.code == 1 and differences(result) == engine.expected
    ledger, schema = result.json["checked"]
    assert ledger["holds"] and not schema["holds"] and not schema["skipped"]
    found = notices(result)
    lines = Path(found["table gone"]["file"]).read_text(encoding="utf-8").splitlines()
    for subject, notice in found.items():
        change = engine.expected[subject]
        assert notice["rule"] == f"drift.{change}" and notice["hint"] and notice["detail"], subject
        if change == "changed":
            assert {"- ", "+ "} <= {line[:2] for line in notice["detail"]}, subject
        else:
            assert {line[:2] for line in notice["detail"]} == {{"missing": "- ", "unknown": "+ "}[change]}, subject
        for name in ("gone", "customers", "few", "orders_idx", "stock_stays", "numbers", "mood", "orders_told"):
            if change != "unknown" and subject.endswith((f" {name}", f".{name}")):
                assert name in lines[notice["line"] - 1], subject
    # What belongs to an object is told with it.
    gone, dba = ("\n".join(found[name]["detail"]) for name in ("table gone", "table dba"))
    assert "gone_idx" in gone and "dba_idx" in dba
    if engine.name == "duckdb":
        assert "+ COMMENT ON TABLE dba IS 'mine'" in dba
    if engine.name == "postgresql":
        assert "- COMMENT ON COLUMN gone.name IS 'was'" in gone
        for part in (
            "CREATE TABLE dba ()",
            "COLUMN name text DEFAULT 'a'",
            "PRIMARY KEY",
            "GRANT SELECT",
            "dba_id_seq",
        ):
            assert part in dba
        assert found["column customers.weight"]["detail"] == [
            "- ALTER TABLE customers ADD COLUMN weight integer",
            "+ ALTER TABLE customers ADD COLUMN weight bigint",
        ]


# ------------------------------------------------------------------------------------------------ what is no drift

AGENT = "00000003-0000-4000-8000-000000000001"
PARAMETERS = {
    "ggen": "agent_id=agent-1 memory_json={} before=2026-01-01",
    "abathur": "namespace=user:a key=b value={} agent=me memory_type=semantic before=2026-01-01 session_id=session-3"
    " status=active event={} state_delta={} file_path=a.md title=A document_type=plan content_hash=c",
    "agentdb": "before=2026-01-01",
    "archon": "sync_id=sync_20260101_000000 direction=bidirectional",
    "mister_smith": f"months_ahead=3 from_agent_id={AGENT} to_agent_id={AGENT[:-1]}2 message_type=task content={{}}"
    f" priority=3 agent_id={AGENT} rows=5 id={AGENT} created_at=2026-01-15T08:00Z error=e status=active",
}


@pytest.mark.parametrize("family", project.families(ROOT))
def test_no_query_of_a_family_makes_it_drift(family: str, tmp_path: Path, servers: Servers) -> None:
    (engine,) = project.families(ROOT)[family]
    if engine != "postgresql":
        _use(family, engine, f"{engine}:///{tmp_path}/{family}.db", tmp_path, tmp_path)
        return
    with servers.database(servers.first) as url:
        _use(family, engine, url, tmp_path, servers.get(servers.first).url())


def _use(family: str, engine: str, url: str, folder: Path, where: object) -> None:
    """Apply, write the seed rows, run every query that writes, and look."""
    up(None, family, url)
    session = engines.connect(parse(url), "write", Settings())
    try:
        session.begin()
        session.run_script(read_file(project.seed_path(ROOT, family, engine), "seed"))
        session.commit()
    finally:
        session.close()
    if family == "ggen":
        up(None, family, f"sqlite:///{folder}/archive.db")
    if family == "mister_smith":
        # Months that were made long ago, and are due.
        execute(
            url,
            *(f"SELECT create_monthly_partitions('{table}', 1, '2015-05-05')" for table in ("metrics", "audit_log")),
            "INSERT INTO metrics (metric_name, metric_value, metric_type, recorded_at) VALUES ('a', 1, 'gauge', now())",
            "INSERT INTO audit_log (event_type, action, created_at) VALUES ('a', 'b', now())",
        )
    given = dict(pair.split("=", 1) for pair in PARAMETERS[family].split())
    given |= {"archive": f"{folder}/archive.db", "target": f"{folder}/backup.db"}
    said = ""
    for name, file in project.queries(ROOT, family, engine).items():
        if header(file).flag("writes"):
            wanted = [f"--param={key}={given[key]}" for key in parameters(file)]
            result = call("query", family, name, "--url", url, "--yes", *wanted)
            assert result.code == 0, result.err
            said += result.out
    assert said
    assert family != "mister_smith" or ("metrics_2015_05" in said and "archive as " in said)
    result = drift(family, "--url", url, "--scratch", where)
    assert result.code == 0, differences(result)
    if family == "mister_smith":
        assert len(_months(url)) == 12
        _take_a_month_apart(url, where)


def _take_a_month_apart(url: str, where: object) -> None:
    """What is done to one partition is seen, and what is done with rows is not."""
    month, *_ = (name for name in _months(url) if name.startswith("audit_log"))
    *_, other = (name for name in _months(url) if name.startswith("metrics"))
    execute(
        url,
        f"CREATE INDEX mine ON {month} (id)",
        f"ALTER TABLE {month} DISABLE ROW LEVEL SECURITY",
        f"DROP TRIGGER audit_log_no_truncate ON {month}",
        f"COMMENT ON TABLE {month} IS 'mine'",
        f"DROP TABLE {other}",
        "DROP TABLE messages_default",
    )
    assert differences(drift("mister_smith", "--url", url, "--scratch", where)) == {
        "index mine": "unknown",
        f"row security {month}": "missing",
        f"trigger {month}.audit_log_no_truncate": "missing",
        f"comment table {month}": "unknown",
        "table messages_default": "missing",
    }


def _months(url: str) -> list[str]:
    listed = call("query", "mister_smith", "partitions", "--url", url, "--json").json["answers"][0]["rows"]
    return [str(row[1]) for row in listed if "default" not in str(row[1])]


def test_what_was_there_before_is_adopted_and_not_compared(rung: Rung, tree: Tree, url: str, database: Path) -> None:
    root = tree("adopts")
    write(database, "CREATE TABLE third(id integer, more text)", "CREATE INDEX third_id_idx on third(id)")
    up(root, "shop", url)
    result = drift("shop", "--project", root, "--url", url)
    assert result.code == 0, result.out
    assert result.json["notes"] == [
        "0003.shop-third adopted what was there before, which is held by its verify file and not compared"
    ]
    write(database, "ALTER TABLE third ADD COLUMN mine TEXT", "CREATE INDEX mine ON third (more)")
    assert drift("shop", "--project", root, "--url", url).code == 0, "it is not the step's"
    write(database, "ALTER TABLE customers ADD COLUMN mine TEXT")
    assert differences(drift("shop", "--project", root, "--url", url)) == {"table customers": "changed"}


def test_an_extension_that_was_there_is_left_where_it_is(servers: Servers, tmp_path: Path) -> None:
    step = """
    DO $$
    BEGIN
        PERFORM 1 FROM pg_extension AS e WHERE e.extname = 'hstore';
        IF NOT FOUND THEN
            CREATE SCHEMA own;
            CREATE EXTENSION hstore SCHEMA own;
        END IF;
    END;
    $$;
    """
    root = project_of(tmp_path, "postgresql", step)
    for before in ((), ("CREATE SCHEMA extensions", "CREATE EXTENSION hstore SCHEMA extensions")):
        with servers.database(servers.first) as url:
            execute(url, *before)
            up(root, "shop", url)
            result = drift("shop", "--project", root, "--url", url)
            assert result.code == 0, differences(result)
            execute(url, "DROP EXTENSION hstore")
            found = differences(drift("shop", "--project", root, "--url", url))
            assert found["extension hstore"] == "missing"


def test_two_families_in_one_database_are_not_strange_to_each_other(tmp_path: Path, rung: Rung) -> None:
    url = f"sqlite:///{tmp_path}/both.db"
    for family in ("ggen", "abathur"):
        up(None, family, url)
    for family in ("ggen", "abathur"):
        assert drift(family, "--url", url).code == 0
    execute(
        url,
        "CREATE TABLE mine (id INTEGER)",
        "CREATE INDEX mine_idx ON receipts (status)",
        "DROP VIEW recent_executions",
    )
    assert differences(drift("ggen", "--url", url)) == {
        "index mine_idx": "unknown",
        "table mine": "unknown",
        "view recent_executions": "missing",
    }
    assert differences(drift("abathur", "--url", url)) == {"table mine": "unknown"}, "the index is on what is ggen's"


def test_two_families_in_one_schema_of_a_server(servers: Servers, tmp_path: Path) -> None:
    root = project_of(tmp_path, "postgresql", "CREATE TABLE a (id integer, at date); CREATE INDEX a_idx ON a (id);")
    partitioned = "CREATE TABLE b (id integer, at date) PARTITION BY RANGE (at);"
    project_of(root, "postgresql", partitioned, family="other")
    with servers.database(servers.first) as url:
        there = ("--project", root, "--url", url, "--schema", "shared")
        for family in ("shop", "other"):
            assert call("up", family, *there).code == 0
        execute(
            url,
            "ALTER TABLE shared.a ADD COLUMN mine integer",
            "CREATE TABLE shared.b_1 PARTITION OF shared.b FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
            "CREATE TABLE public.mine (id integer)",
        )
        assert differences(drift("shop", *there)) == {"column a.mine": "unknown"}
        result = drift("other", *there)
        assert result.code == 0, differences(result)
        result = drift("shop", "--url", url, "--project", root, "--schema", "none")
        assert result.code == 3 and "there is no schema 'none'" in result.err


def test_whoever_applied_the_steps_owns_what_they_make(servers: Servers, tmp_path: Path) -> None:
    root = project_of(tmp_path, "postgresql", "CREATE TABLE a (id integer); CREATE TABLE b (id integer);")
    with servers.database(servers.first) as url:
        role = "owner_of_" + url.partition("@/")[2].partition("?")[0]
        theirs = url.replace("postgres@", f"{role}@")
        execute(url, f"CREATE ROLE {role} LOGIN", f"GRANT CREATE ON SCHEMA public TO {role}")
        up(root, "shop", theirs)
        foreign = ("--foreign", f"grant schema of the schema to {role}")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {connection.info.dbname} SET default_transaction_read_only = on")
            before = everything(url)
            # By another role on the same server, and by the one itself, which needs a server of its own.
            assert drift("shop", "--project", root, "--url", url, *foreign).code == 0
            result = drift("shop", "--project", root, "--url", theirs, *foreign)
            assert result.code == 0, differences(result)
            assert "built on a PostgreSQL" in "".join(result.json["notes"])
            assert everything(url) == before
            left = connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'rung%'").fetchone()
            assert left == (0,)
            connection.execute(f"ALTER DATABASE {connection.info.dbname} RESET default_transaction_read_only")
        execute(url, "ALTER TABLE b OWNER TO postgres")
        assert differences(drift("shop", "--project", root, "--url", url, *foreign)) == {"owner relation b": "changed"}
        execute(url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_optional_steps_that_are_not_applied_are_not_built(servers: Servers, tmp_path: Path) -> None:
    project_of(
        tmp_path,
        "postgresql",
        "CREATE TABLE a (id integer);",
        "CREATE TABLE b (id integer);",
        requires="extension hstore",
    )
    folder = tmp_path / "migrations" / "shop" / "postgresql"
    for file in [folder / "0001.shop-step.sql", folder / "verify" / "0001.shop-step.sql"]:
        file.with_name("0003.shop-step.sql").write_bytes(file.read_bytes().replace(b"TABLE a", b"TABLE c"))
    optional = [folder / "0002.shop-step.sql", folder / "verify" / "0002.shop-step.sql"]
    with servers.database(servers.first) as url:
        for file in optional:
            file.rename(file.with_suffix(".away"))
        up(tmp_path, "shop", url)
        for file in optional:
            file.with_suffix(".away").rename(file)
        result = drift("shop", "--project", tmp_path, "--url", url)
        assert result.code == 0, differences(result)


# ------------------------------------------------------------------------------------------------- how it is said


def test_words_and_exit_codes(rung: Rung, url: str, database: Path, tree: Tree) -> None:
    root = tree()
    up(root, "shop", url)
    arguments = ("drift", "shop", "--project", root, "--url", url)
    result = rung(*arguments)
    assert (result.code, result.err) == (0, "")
    assert (
        "2 of 2 steps applied\nNo drift: the 2 applied steps build exactly the 4 objects that are here.\n" in result.out
    )
    write(
        database,
        "CREATE TABLE dba (id INTEGER)",
        "CREATE INDEX dba_idx ON dba (id)",
        "CREATE INDEX mine ON customers (name)",
    )
    result = rung(*arguments)
    assert result.code == 1
    assert "  unknown  table dba\n           + CREATE TABLE dba (\n           +     id INTEGER\n" in result.out
    assert result.out.endswith("Drift: 2 objects not as the 2 applied steps make them: 2 unknown.\n")
    result = rung(*arguments, "--foreign", "table dba", "--foreign", "* mi?e")
    assert (result.code, result.out.count("dba")) == (0, 0)
    assert "2 objects are declared foreign.\nNo drift: " in result.out
    shown = rung(*arguments, "--foreign", "table dba", "--foreign", "* mi?e", "--verbose").out
    assert "  unknown  table dba (foreign: --foreign)\n" in shown
    assert rung(*arguments, "--quiet").out == ""


def test_names_of_others_do_not_reach_the_terminal_as_they_are(
    rung: Rung, url: str, database: Path, tree: Tree
) -> None:
    root = tree()
    up(root, "shop", url)
    write(database, 'CREATE TABLE "a\x1b[31m\u202e" (id INTEGER)')
    out = rung("drift", "shop", "--project", root, "--url", url).out
    assert "\x1b" not in out and "\u202e" not in out and out.count("a\\x1b[31m\\u202e") == 2


def test_foreign_objects_of_the_project(rung: Rung, url: str, database: Path, tree: Tree) -> None:
    root = tree()
    up(root, "shop", url)
    write(
        database,
        "CREATE TABLE dba_a (id INTEGER)",
        "CREATE INDEX any_idx ON dba_a (id)",
        "CREATE TABLE other (id INTEGER)",
    )
    (root / ".rung.toml").write_text(
        '[[foreign]]\nobjects = ["table dba_*"]\nreason = "of the DBA"\n'
        '[[foreign]]\nobjects = ["*"]\nfamilies = ["another"]\nreason = "of nobody"\n',
        encoding="utf-8",
    )
    result = drift("shop", "--project", root, "--url", url)
    assert result.code == 1 and differences(result) == {"table other": "unknown"}
    assert [one["foreign"] for one in result.json["objects"]] == ["of the DBA", None]
    assert notices(result)["table dba_a"]["allowed"] == "of the DBA"
    execute(url, "CREATE INDEX mine ON customers (name)", "DROP TABLE other")
    assert drift("shop", "--project", root, "--url", url, "--foreign", "table customers").code == 0, "with its parts"
    write(database, "DROP INDEX mine", "CREATE TABLE kept (id INTEGER)", "DROP TABLE kept")
    assert drift("shop", "--project", root, "--url", url).code == 0
    (root / ".rung.toml").write_text("[[foreign]]\n", encoding="utf-8")
    assert drift("shop", "--project", root, "--url", url).code == 2


def test_where_ledger_and_files_disagree_nothing_is_compared(rung: Rung, url: str, database: Path, tree: Tree) -> None:
    root = tree()
    arguments = ("shop", "--project", root, "--url", url)
    write(database, "CREATE TABLE mine (id INTEGER)")
    result = rung("drift", *arguments)
    assert result.code == 0 and "No step is applied, so there is nothing to compare with." in result.out
    up(root, "shop", url, "--to", "1")
    assert differences(drift(*arguments)) == {"table mine": "unknown"}, "what is pending is not missing"
    up(root, "shop", url)
    file = next((root / "migrations/shop/sqlite").glob("0001*[a-z].sql"))
    edited = file.read_text(encoding="utf-8") + "\n-- edited\n"
    file.write_text(edited, encoding="utf-8")
    next((root / "migrations/shop/sqlite").glob("0002*[!k].sql")).rename(root / "gone.sql")
    for left in (*root.rglob("0002*"),):
        left.unlink()
    result = drift(*arguments)
    assert result.code == 1 and result.json["objects"] == []
    ledger, schema = result.json["checked"]
    assert [notice["rule"] for notice in ledger["notices"]] == ["drift.ledger"] * 2
    assert [notice["subject"][:4] for notice in ledger["notices"]] == ["0001", "0002"]
    assert schema["skipped"] == "the ledger and the files disagree"
    assert "Not compared: first the ledger and the files must agree." in rung("drift", *arguments).out


def test_errors_are_those_of_every_command(rung: Rung, tmp_path: Path, url: str, tree: Tree) -> None:
    assert rung("drift", "ggen", "--url", "sqlite:///no.db").code == 3
    assert rung("drift", "nobody", "--url", url).code == 2
    assert rung("drift", "ggen", "--url", "nosql://x").code == 2
    assert rung("drift", "ggen").code == 2
    up(None, "ggen", url)
    assert rung("drift", "ggen", "--url", url, "--scratch", tmp_path / "none").code == 2
    # A step that the rows of the database were needed for, or that somebody else's table was.
    root = project_of(tmp_path / "p", "sqlite", "INSERT INTO theirs VALUES (1);")
    other = f"sqlite:///{tmp_path}/other.db"
    execute(other, "CREATE TABLE theirs (id INTEGER)")
    up(root, "shop", other)
    result = rung("drift", "shop", "--project", root, "--url", other)
    assert result.code == 3
    assert (
        "0001.shop-step is applied, and the scratch database does not take it: SQLite says: no such table" in result.err
    )


# ------------------------------------------------------------------------------------------------- where it is built


def everything(url: str) -> State:
    session = engines.connect(parse(url), "read", Settings())
    try:
        return state.take(session)
    finally:
        session.close()


@pytest.mark.parametrize(("family", "engine"), [("ggen", "sqlite"), ("agentdb", "duckdb")])
def test_a_file_keeps_every_byte(family: str, engine: str, tmp_path: Path) -> None:
    url = f"{engine}:///{tmp_path}/a.db"
    up(None, family, url)
    execute(url, "CREATE TABLE mine (id INTEGER)")
    opened = connect(tmp_path / "a.db") if engine == "sqlite" else None
    if opened:
        # Somebody is writing: what is in the WAL stays there.
        opened.execute("BEGIN IMMEDIATE")
        opened.execute("INSERT INTO mine VALUES (1)")
    try:
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if not path.name.endswith("-shm")}
        result = drift(family, "--url", url)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name in before} == before
    finally:
        if opened:
            opened.close()
    assert differences(result) == {"table mine": "unknown"}


def test_roles_that_the_steps_make_elsewhere_are_gone_again(servers: Servers) -> None:
    first, *others = [source for source in SOURCES if throwaway.find(source)]
    if not others:
        pytest.skip("one PostgreSQL server is on this machine")
    other = servers.get(others[0]).url()
    servers.forget_roles(others[0])
    with servers.database(first) as url:
        up(None, "archon", url)
        result = drift("archon", "--url", url, "--scratch", other)
        assert result.code == 0, differences(result)
        with psycopg.connect(other) as connection:
            known = connection.execute("SELECT rolname FROM pg_roles WHERE oid >= 16384").fetchall()
        assert known == []
        execute(url, "DROP FUNCTION get_sync_stats(integer)")
        result = drift("archon", "--url", url, "--scratch", other)
        assert result.code == 1 and "another major version may write the same definition" in result.json["notes"][-1]


def test_optional_steps_are_built_where_they_can_be(servers: Servers) -> None:
    with servers.database(servers.first, name=CRON) as url:
        up(None, "mister_smith", url)
        if "skipped" in call("status", "mister_smith", "--url", url).out:
            pytest.skip("pg_cron is missing on this machine")
        result = drift("mister_smith", "--url", url)
        assert result.code == 0, differences(result)
        result = drift("mister_smith", "--url", url, "--scratch", servers.get(servers.first).url())
        assert result.code == 3
        assert "0017.mister_smith-scheduled-jobs is applied, and the scratch database cannot have it" in result.err
        assert "pg_cron works in database" in result.err and "--scratch postgresql://" in result.err
