"""`rung drift`: whatever was changed by hand is seen, and nothing else, on every engine."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from conftest import ROOT, Result, Rung, Tree, call, rows, write
from servers import CRON, Servers

from runner import throwaway

Change = tuple[str, str]
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
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor",
            {"default privileges postgres r to pg_monitor": "unknown"},
        ),
    ],
)
