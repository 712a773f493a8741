"""Rollbacks that lie, and honest ones that look as if they did: the drill tells them apart, on each engine.

A tree of tests/trees/lies is a lie told in good faith: most pass `rung up`, `rung down --all` and `rung up`. A tree of
tests/trees/honest does what a lie does too, and nothing is wrong with it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import TREES, Rung
from psycopg import sql
from servers import Servers, has_extension

from runner import engines
from runner.engines import Settings
from runner.rows import Rows
from runner.sqlfile import read_file
from runner.target import parse

ALL = "sqlite duckdb postgresql"
EMBEDDED = "sqlite duckdb"

# lie, engines, the step that lies, its verdict, what must be named: all of these, each a regular expression.
LIES: list[tuple[str, str, int, str, tuple[str, ...]]] = [
    # What the schema is not as before.
    ("forgotten-index", ALL, 2, "broken", ("orders_status_idx",)),
    ("index-left-behind", ALL, 2, "broken", (r"index orders_note_idx\n\+",)),
    ("changed-default", ALL, 2, "broken", (r"-.*status.*'new'", r"\+.*status.*'open'")),
    ("widened-type", "sqlite", 2, "broken", ("-.*amount SMALLINT", r"\+.*amount INTEGER")),
    ("widened-type", "duckdb", 2, "broken", ("-.*amount SMALLINT", r"\+.*amount INTEGER")),
    ("widened-type", "postgresql", 2, "broken", ("-.*amount smallint", r"-.*note character varying\(80\)")),
    ("dropped-comment", "sqlite", 2, "broken", ("-.*in cents, VAT included",)),
    ("dropped-comment", "duckdb", 2, "broken", ("comment orders.amount\n-.*in cents, VAT included",)),
    ("dropped-comment", "postgresql", 2, "broken", ("comment column orders.amount\n-.*in cents, VAT included",)),
    (
        "dropped-comments",
        "duckdb",
        2,
        "broken",
        tuple(
            rf"comment.*\b{name}\n-"
            for name in ("order_numbers", "order_status", "vat", "open_orders", "open_orders.note", "orders_note_idx")
        ),
    ),
    (
        "dropped-comments",
        "postgresql",
        2,
        "broken",
        tuple(
            rf"comment.*{re.escape(name)}\n-"
            for name in (
                *("order_numbers", "order_kind", "mail", "mail_check", "place", "place.town", "orders"),
                *("orders_status_check", "orders_note_idx", "orders_pkey", "open_orders", "open_orders.note"),
                *("orders_by_status", "orders_by_status.orders", "touch()", "orders_touched", "orders_of_all"),
                *("orders_stay", "orders_stats"),
            )
        ),
    ),
    ("view-column-order", ALL, 2, "broken", (r"view open_orders\n",)),
    ("view-lost", ALL, 2, "broken", (r"view open_orders\n-",)),
    ("view-left-behind", EMBEDDED, 2, "broken", (r"view paid_orders\n\+",)),
    ("view-left-behind", "postgresql", 2, "broken", (r"view priorities\n\+",)),
    ("check-lost", ALL, 2, "broken", (r"-.*CHECK.*'new'",)),
    ("foreign-key-action", "sqlite postgresql", 3, "broken", ("-.*FOREIGN KEY.*ON DELETE CASCADE",)),
    ("foreign-key-lost", ALL, 3, "broken", ("-.*FOREIGN KEY",)),
    ("column-order", ALL, 2, "broken", ("-.*note",)),
    ("generated-turned-plain", ALL, 2, "broken", ("-.*total.*GENERATED ALWAYS",)),
    ("collation-changed", EMBEDDED, 2, "broken", ("-.*mail.*COLLATE NOCASE",)),
    ("collation-changed", "postgresql", 2, "broken", ("-.*mail.*COLLATE",)),
    ("partial-index-predicate-lost", "sqlite postgresql", 2, "broken", ("-.*orders_note_idx.*WHERE",)),
    ("index-uniqueness-lost", ALL, 2, "broken", ("-.*UNIQUE INDEX orders_note_idx",)),
    ("index-order-lost", "sqlite postgresql", 2, "broken", ("-.*orders_note_idx.*DESC",)),
    ("not-null-lost", ALL, 2, "broken", ("-.*status.*NOT NULL",)),
    ("copied-by-select", EMBEDDED, 2, "broken", ("-.*PRIMARY KEY",)),
    ("copied-by-select", "postgresql", 2, "broken", ("constraint orders.orders_pkey\n-",)),
    ("trigger-lost", "sqlite", 2, "broken", ("trigger orders_status_logged\n-",)),
    ("trigger-lost", "duckdb", 2, "broken", ("trigger orders_deleted\n-",)),
    ("trigger-lost", "postgresql", 2, "broken", ("trigger orders.orders_touched\n-",)),
    # SQLite's own.
    ("autoincrement-lost", "sqlite", 2, "broken", ("-.*AUTOINCREMENT",)),
    ("without-rowid-lost", "sqlite", 2, "broken", ("-.*WITHOUT ROWID",)),
    ("strict-lost", "sqlite", 2, "broken", ("-.*STRICT",)),
    ("reference-left-behind", "sqlite", 2, "broken", (r"view open_orders\n", r"\+.*orders_checked")),
    ("user-version-left", "sqlite", 2, "broken", (r"user_version\n- 0\n\+ 2", r"application_id\n- 0\n\+ 7")),
    # DuckDB's own, and what it shares with PostgreSQL.
    ("macro-left-behind", "duckdb", 2, "broken", (r"macro is_urgent\n\+",)),
    ("macro-changed", "duckdb", 2, "broken", (r"macro vat\n",)),
    ("macro-default-changed", "duckdb", 2, "broken", (r"macro vat\n",)),
    ("macro-overload-lost", "duckdb", 2, "broken", (r"macro vat\n",)),
    ("sequence-left-behind", "duckdb", 2, "broken", (r"sequence order_numbers\n\+",)),
    ("type-changed", "duckdb", 2, "broken", (r"type place\n",)),
    ("parent-stranded", "duckdb", 1, "broken", ("does not go down", "order_lines_rebuilt")),
    ("cascade-takes-a-bystander", "duckdb", 2, "broken", (r"table orders\n-",)),
    ("cascade-takes-a-bystander", "postgresql", 2, "broken", (r"view open_orders\n-",)),
    ("enum-left-behind", "duckdb postgresql", 2, "broken", (r"type carrier\n\+",)),
    ("enum-value-order", "duckdb", 2, "broken", (r"type urgency\n",)),
    ("enum-value-order", "postgresql", 2, "broken", (r"type order_kind\n",)),
    ("other-schema-left-behind", "duckdb postgresql", 2, "broken", (r"schema audit\n\+", "audit.order_log")),
    # PostgreSQL's own.
    ("enum-value-left", "postgresql", 2, "broken", (r"type order_kind\n", r"\+.*'phone'")),
    ("lost-grant", "postgresql", 2, "broken", ("grant table open_orders to public\n-.*SELECT",)),
    ("trigger-disabled", "postgresql", 2, "broken", (r"trigger orders.orders_touched\n", r"\+.*disabled")),
    ("foreign-keys-left-off", "postgresql", 3, "broken", ("order_lines",)),
    ("constraint-not-valid", "postgresql", 2, "broken", (r"\+.*orders_status_check.*NOT VALID",)),
    ("constraint-name-changed", "postgresql", 2, "broken", (r"constraint orders.status_is_known\n-",)),
    ("function-left-behind", "postgresql", 2, "broken", (r"function is_urgent\(priority integer\)\n\+",)),
    ("function-changed", "postgresql", 2, "broken", (r"function order_count\(\)\n", "-.*SECURITY DEFINER")),
    ("function-open-to-all", "postgresql", 2, "broken", (r"grant function order_count\(\) to public\n\+",)),
    ("aggregate-changed", "postgresql", 2, "broken", (r"total\(integer\)",)),
    ("row-security-left-off", "postgresql", 2, "broken", ("row security orders\n-",)),
    ("policy-changed", "postgresql", 2, "broken", (r"policy orders.orders_of_all\n", "-.*WITH CHECK")),
    ("role-left-behind", "postgresql", 2, "broken", (r"role shop_clerk\n\+",)),
    ("role-setting-left", "postgresql", 2, "broken", (r"statement_timeout of shop_clerk\n\+",)),
    ("role-attribute-left", "postgresql", 2, "broken", (r"role shop_clerk\n", r"\+.*CREATEROLE")),
    ("membership-left", "postgresql", 2, "broken", ("shop_clerk.*pg_read_all_data",)),
    ("database-setting-left", "postgresql", 2, "broken", (r"work_mem of the database\n\+",)),
    ("connection-limit-left", "postgresql", 2, "broken", ("(?i)connection limit.*40",)),
    ("extension-left-behind", "postgresql", 2, "broken", (r"extension pg_trgm\n\+",)),
    ("default-privileges-left", "postgresql", 2, "broken", ("default privileges", r"\+.*SELECT")),
    ("schema-grant-left", "postgresql", 2, "broken", (r"schema of the schema to public\n", r"\+.*CREATE")),
    ("column-storage-left", "postgresql", 2, "broken", (r"\+.*note.*storage e",)),
    ("column-statistics-left", "postgresql", 2, "broken", (r"\+.*note.*statistics 1000", r"\+.*n_distinct=3")),
    ("index-statistics-left", "postgresql", 2, "broken", (r"orders_upper_idx", r"\+.*500")),
    ("autovacuum-left-off", "postgresql", 2, "broken", (r"\+.*autovacuum_enabled=false",)),
    ("toast-option-left", "postgresql", 2, "broken", (r"\+.*autovacuum_enabled=false",)),
    ("replica-identity-left", "postgresql", 2, "broken", (r"\+.*REPLICA IDENTITY FULL",)),
    ("replica-identity-index-left", "postgresql", 2, "broken", (r"(?i)\+.*replica identity",)),
    ("cluster-mark-left", "postgresql", 2, "broken", (r"(?i)\+.*cluster",)),
    ("table-left-unlogged", "postgresql", 2, "broken", (r"\+.*UNLOGGED TABLE orders",)),
    ("owner-changed", "postgresql", 2, "broken", (r"\+.*pg_database_owner",)),
    ("rule-left-disabled", "postgresql", 2, "broken", (r"orders_stay", r"(?i)\+.*disabled")),
    ("event-trigger-left-behind", "postgresql", 2, "broken", (r"event trigger shop_ddl_seen\n\+",)),
    ("event-trigger-left-disabled", "postgresql", 2, "broken", (r"event trigger shop_ddl_seen\n",)),
    ("sequence-owner-lost", "postgresql", 2, "broken", ("-.*OWNED BY",)),
    ("identity-kind-changed", "postgresql", 2, "broken", ("-.*GENERATED ALWAYS AS IDENTITY",)),
    ("default-partition-lost", "postgresql", 2, "broken", ("table order_log_rest\n-",)),
    ("other-schema-changed", "postgresql", 2, "broken", ("audit.order_log.order_log_order_id_check\n-",)),
    ("publication-lost-table", "postgresql", 2, "broken", ("shop_feed",)),
    ("domain-changed", "postgresql", 2, "broken", (r"type amount\n", "-.*VALUE >= 0")),
    ("range-type-left-behind", "postgresql", 2, "broken", (r"price_range",)),
    ("view-options-lost", "postgresql", 2, "broken", ("-.*security_barrier=true", "-.*check_option")),
    ("view-default-left", "postgresql", 2, "broken", ("open_orders.*\n.*'paid'",)),
    ("materialized-view-emptied", "postgresql", 2, "broken", ("orders_by_status",)),
    ("search-configuration-changed", "postgresql", 2, "broken", ("shop_words",)),
    ("foreign-table-left-behind", "postgresql", 2, "broken", ("far_orders",)),
    ("foreign-server-changed", "postgresql", 2, "broken", ("shop_far",)),
    ("user-mapping-left", "postgresql", 2, "broken", ("shop_far",)),
    # Where sequences stand.
    ("sequence-reset", "sqlite", 2, "broken", ("sequence orders\n- stands at 900",)),
    ("sequence-reset", "duckdb", 2, "broken", ("sequence order_numbers\n- stands at",)),
    ("sequence-reset", "postgresql", 2, "broken", ("sequence orders_id_seq\n- stands at",)),
    ("sequence-position-lost", "duckdb", 2, "broken", ("sequence order_numbers\n- stands at 3",)),
    ("sequence-start-lost", "duckdb postgresql", 2, "broken", ("sequence order_numbers\n",)),
    # What rows and values are not as before.
    ("rows-gone", ALL, 2, "broken", (r"loses orders \(3 rows\)",)),
    ("rows-gone-by-cascade", "sqlite postgresql", 3, "broken", (r"loses order_lines \(3 rows\)",)),
    ("other-schema-rows-gone", "postgresql", 2, "broken", (r"loses audit.order_log \(2 rows\)",)),
    ("partition-rows-gone", "postgresql", 2, "broken", (r"loses order_log\w* \(2 rows\)",)),
    ("rows-doubled", ALL, 2, "broken", (r"table order_log \(",)),
    ("duplicates-merged", ALL, 2, "broken", (r"loses order_log \(1 row\)",)),
    ("reference-rows-left", ALL, 2, "broken", ("mail_to",)),
    ("others-rows-gone", ALL, 2, "broken", (r"loses settings \(\d rows\)",)),
    ("forward-destroys-rows", ALL, 2, "broken", (r"loses orders \(1 row\)",)),
    ("full-text-rows-gone", "sqlite", 2, "broken", (r"loses notes \(2 rows\)",)),
    ("hard-coded-old-value", ALL, 2, "broken", (r"loses settings.value",)),
    ("values-truncated", "duckdb postgresql", 2, "broken", ("loses orders.price",)),
    ("values-rounded", "sqlite", 2, "broken", ("loses orders.price",)),
    ("values-rounded", "duckdb postgresql", 2, "broken", ("loses orders.weight",)),
    ("values-lowered", ALL, 2, "broken", ("loses orders.mail",)),
    ("values-retyped", "sqlite", 2, "broken", ("loses orders.answer",)),
    ("values-become-reals", "sqlite", 2, "broken", ("loses orders.answer",)),
    ("values-cut", "postgresql", 2, "broken", ("loses orders.note|table orders",)),
    ("values-swapped", ALL, 2, "broken", ("-.*bill_to",)),
    ("values-mixed-up", ALL, 2, "(lossy|broken)", ("loses (notes|orders.note)",)),
    ("nulls-to-defaults", ALL, 2, "broken", ("loses orders.note",)),
    ("nulls-of-many", "sqlite", 2, "broken", ("loses orders.note",)),
    ("column-back-empty", ALL, 2, "broken", ("loses orders.note",)),
    ("timestamps-touched", "sqlite postgresql", 2, "broken", ("loses orders.touched_at",)),
    ("one-value-of-many", ALL, 2, "broken", ("loses orders|table orders",)),
    ("instants-shifted", "duckdb postgresql", 2, "broken", ("loses orders.sent_at",)),
    ("months-to-seconds", "duckdb postgresql", 2, "broken", ("loses orders.warranty",)),
    ("scale-lost", "postgresql", 2, "broken", ("loses orders.weight",)),
    ("json-rewritten", "postgresql", 2, "broken", ("loses orders.form",)),
    ("blanks-lost", "postgresql", 2, "broken", ("loses orders.note",)),
    # What `loses:` says.
    ("loses-less-than-is-lost", ALL, 2, "lossy", (r"loses orders.delivered_on \(1 value\)",)),
    ("loses-nothing-said", ALL, 3, "lossy", (r"loses carriers \(2 rows\)",)),
    ("loses-more-than-is-lost", ALL, 2, "lossless", ("`loses:` names orders.note",)),
    # What does not run.
    ("fails-on-nulls", ALL, 2, "broken", ("does not go down", "0002.shop-notes.rollback.sql")),
    ("fails-on-any-row", ALL, 2, "broken", ("does not go down", "0002.shop-no-clerk.rollback.sql")),
    ("fails-on-long-values", "postgresql", 2, "broken", ("does not go down", "0002.shop-notes.rollback.sql")),
    ("cannot-go-up-again", ALL, 2, "broken", ("does not go up again", "0002.shop-clerk.sql")),
    ("left-behind-blocks-the-way-up", ALL, 2, "broken", (r"(?m)^\+.*carrier_",)),
]

# What the drill does not find, and why.
MISSED: dict[tuple[str, str], str] = {
    ("macro-default-changed", "duckdb"): "DuckDB tells nobody the default values of a macro's parameters",
}

# honest tree: the verdict of each of its steps, the same on every engine that it is for.
HONEST: dict[str, tuple[str, ...]] = {
    "adopted": ("lossy", "lossy"),
    "analyzed": ("lossy", "lossless"),
    "column-added": ("lossy", "lossy"),
    "concurrently": ("lossy", "lossless", "lossless"),
    "data-migrated": ("lossy", "lossless"),
    "enum-rebuilt": ("lossy", "lossless"),
    "foreign-key-validated": ("lossy", "lossy", "lossless"),
    "full-text": ("lossy", "lossy"),
    "irreversible-in-the-middle": ("lossy", "irreversible", "lossy"),
    "last-column-moved": ("lossy", "lossless"),
    "materialized-view": ("lossy", "lossless"),
    "names": ("lossy", "lossy"),
    "other-schema": ("lossy", "lossy"),
    "partition-there-and-back": ("lossy", "lossless"),
    "rebuilt": ("lossy", "lossless"),
    "renamed": ("lossy", "lossless"),
    "requirement-unmet": ("lossy", "skipped", "lossy"),
    "role-there-and-back": ("lossy", "lossless", "lossy"),
    "rows-moved": ("lossy", "lossless"),
    "sequence-advanced": ("lossy", "lossy"),
    "stamped": ("lossy", "lossy"),
    "trigger-paused": ("lossy", "lossless"),
    "type-there-and-back": ("lossy", "lossless"),
    "values": ("lossy", "lossy"),
}


def engines_of(tree: Path) -> set[str]:
    return {folder.name for folder in (tree / "migrations" / "shop").iterdir()}


def cases() -> Iterator[Any]:
    for lie, where, number, verdict, culprits in LIES:
        for engine in where.split():
            why = MISSED.get((lie, engine))
            marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
            yield pytest.param(lie, engine, number, verdict, culprits, id=f"{engine}-{lie}", marks=marks)


def honest() -> Iterator[tuple[str, str]]:
    for tree in sorted((TREES / "honest").iterdir()):
        for engine in sorted(engines_of(tree)):
            yield tree.name, engine


@pytest.fixture
def scratch(request: pytest.FixtureRequest, servers: Servers) -> Iterator[list[str]]:
    """What a drill on the engine of the test needs beside: for PostgreSQL a server, left without the trees' roles."""
    if request.getfixturevalue("engine") != "postgresql":
        yield []
        return
    server = servers.get(servers.first)
    if "extension" in request.node.callspec.id and not has_extension(server, "pg_trgm"):
        pytest.skip("pg_trgm is not on this machine")
    url = server.url()
    yield ["--scratch", url]
    with psycopg.connect(url, autocommit=True) as connection:
        for (role,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'shop%'").fetchall():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def drilled(rung: Rung, tree: Path, engine: str, scratch: list[str]) -> tuple[int, list[dict[str, Any]]]:
    result = rung("drill", "shop", "--project", tree, "--engine", engine, "--json", *scratch)
    assert result.code in {0, 1}, result.err
    return result.code, result.json["drill"]["steps"]


def told(step: dict[str, Any]) -> str:
    return "\n".join([step["id"], step["verdict"], step["reason"], *step["findings"], *step["difference"]])


@pytest.mark.parametrize(("lie", "engine", "number", "verdict", "culprits"), [*cases()])
def test_a_lie_is_found_out_and_nothing_else_is_blamed(
    lie: str, engine: str, number: int, verdict: str, culprits: tuple[str, ...], rung: Rung, scratch: list[str]
) -> None:
    code, steps = drilled(rung, TREES / "lies" / lie, engine, scratch)
    assert code == 1
    liar = steps.pop(number - 1)
    assert not liar["proven"] and re.fullmatch(verdict, liar["verdict"]), told(liar)
    # It lies on the way down: a tree with a mistake on its way up would prove nothing.
    assert not liar["reason"].startswith("does not go up:"), told(liar)
    for culprit in culprits:
        assert re.search(culprit, told(liar)), f"{culprit}: {told(liar)}"
    for step in steps:
        assert step["proven"], told(step)


@pytest.mark.parametrize(("name", "engine"), [*honest()])
def test_an_honest_rollback_is_proven(name: str, engine: str, rung: Rung, scratch: list[str]) -> None:
    code, steps = drilled(rung, TREES / "honest" / name, engine, scratch)
    assert tuple(step["verdict"] for step in steps) == HONEST[name], "\n".join(map(told, steps))
    assert code == 0, "\n".join(map(told, steps))


def test_every_tree_is_tried_on_every_engine_that_it_is_for() -> None:
    there = {(tree.name, engine) for tree in (TREES / "lies").iterdir() for engine in engines_of(tree)}
    assert there == {(lie, engine) for lie, engines, *_ in LIES for engine in engines.split()}
    assert MISSED.keys() <= there
    assert HONEST.keys() == {tree.name for tree in (TREES / "honest").iterdir()}


@pytest.mark.parametrize("state", ["pending", "applied"])
@pytest.mark.parametrize("name", sorted(name for name, engine in honest() if engine == "sqlite"))
def test_an_honest_rollback_is_proven_on_a_copy_too(name: str, state: str, rung: Rung, tmp_path: Path) -> None:
    code, steps = on_copy(rung, TREES / "honest" / name, tmp_path, state)
    assert code == 0, "\n".join(map(told, steps))


@pytest.mark.parametrize("state", ["pending", "applied"])
@pytest.mark.parametrize(("lie", "number"), [(lie, number) for lie, where, number, *_ in LIES if "sqlite" in where])
def test_a_lie_is_found_out_on_a_copy_too(lie: str, number: int, state: str, rung: Rung, tmp_path: Path) -> None:
    code, steps = on_copy(rung, TREES / "lies" / lie, tmp_path, state)
    assert code == 1
    assert not steps[number - 1]["proven"], told(steps[number - 1])


def on_copy(rung: Rung, tree: Path, folder: Path, state: str) -> tuple[int, list[dict[str, Any]]]:
    """Drill a database of a tree with one step applied, or all of them, and the rows that fit then."""
    url = f"sqlite:///{folder / 'a.db'}"
    arguments = ("shop", "--project", tree, "--url", url)
    rung("up", *arguments, *(("--to", "1") if state == "pending" else ()))
    with contextlib.closing(engines.connect(parse(url), "write", Settings())) as session:
        seed = read_file(tree / "sql/seed/shop/sqlite.sql", "seed")
        Rows(session, [seed], []).write()
    result = rung("drill", *arguments, "--json")
    assert result.code in {0, 1}, result.err
    assert {step["basis"] for step in result.json["drill"]["steps"]} & {"copy"}
    return result.code, result.json["drill"]["steps"]
