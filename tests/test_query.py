"""`rung query`: the named queries of a family, listed and run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Rung, Tree, rows, write
from test_commands import on_a_terminal

QUERIES = {
    "orders_of": (
        "-- Orders of a customer: what was bought.\n-- params: customer_id (the customer), rows (how many, at most)\n\n"
        "SELECT id, note FROM orders WHERE customer_id = :customer_id ORDER BY id LIMIT :rows;\n"
    ),
    "order_add": (
        "-- Order, added: one more.\n-- params: customer_id (the customer)\n-- writes: yes\n\n"
        "INSERT INTO orders (customer_id, note) VALUES (:customer_id, 'more');\n"
    ),
    "sneaky": "-- Sneaky: says that it reads, and writes.\n\nDELETE FROM orders;\n",
    "half_way": (
        "-- Half way: fails in the middle of its transaction.\n-- writes: yes\n\n"
        "BEGIN;\n\nDELETE FROM orders;\n\nSELECT * FROM nowhere;\n\nCOMMIT;\n"
    ),
    "two_answers": "-- Two answers: one by one.\n\nSELECT 1 AS a;\n\nSELECT NULL AS b, x'00ff' AS c, 9e999 AS d;\n",
}


@pytest.fixture
def shop(tree: Tree, rung: Rung, url: str, database: Path) -> Callable[..., list[object]]:
    """The arguments of `rung query` on a shop with rows in it."""
    root = tree()
    folder = root / "sql" / "queries" / "shop" / "sqlite"
    folder.mkdir(parents=True)
    for name, text in QUERIES.items():
        (folder / f"{name}.sql").write_text(text)
    assert rung("up", "shop", "--project", root, "--url", url).code == 0
    write(
        database,
        "INSERT INTO customers (id, name) VALUES (1, 'Ada')",
        "INSERT INTO orders (id, customer_id, note) VALUES (10, 1, 'first'), (11, 1, 'second')",
    )
    return lambda *rest: ["query", "shop", *rest, "--project", root, "--url", url]


def test_without_a_name_they_are_listed_with_their_parameters(rung: Rung, shop: Callable[..., list[object]]) -> None:
    result = rung(*shop())
    assert result.code == 0
    assert [line.split()[0] for line in result.out.splitlines()] == ["query", *sorted(QUERIES)]
    listed = {query["name"]: query for query in rung(*shop("--json")).json["queries"]}
    assert listed["order_add"]["writes"] is True and listed["orders_of"]["writes"] is False
    assert listed["orders_of"]["params"] == {"customer_id": "the customer", "rows": "how many, at most"}


def test_a_query_prints_its_rows(rung: Rung, shop: Callable[..., list[object]]) -> None:
    arguments = shop("orders_of", "--param", "customer_id=1", "--param", "rows=1")
    assert rung(*arguments).out == "  id  note\n  10  first\n(1 row)\n"
    assert rung(*arguments, "--json").json["answers"] == [{"columns": ["id", "note"], "rows": [[10, "first"]]}]


def test_every_statement_answers_and_json_takes_any_value(rung: Rung, shop: Callable[..., list[object]]) -> None:
    answers = rung(*shop("two_answers", "--json")).json["answers"]
    assert [answer["rows"] for answer in answers] == [[[1]], [[None, "b'\\x00\\xff'", "inf"]]]


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (["orders_off"], 2, "did you mean orders_of?"),
        (["orders_of"], 2, "the query wants customer_id, rows"),
        (["orders_of", "--param", "customer_id=1"], 2, "--param rows=… (how many, at most)"),
        (["orders_of", "--param", "nonsense"], 2, "is not NAME=VALUE"),
        (["two_answers", "--param", "x=1"], 2, "it takes no parameters"),
        (["orders_of", "--param", "customer_id=1", "--param", "rows=all"], 3, "datatype mismatch"),
        (["sneaky"], 3, "a statement that writes in a query file"),
    ],
)
def test_what_a_query_refuses(
    arguments: list[str], code: int, what: str, rung: Rung, shop: Callable[..., list[object]], database: Path
) -> None:
    result = rung(*shop(*arguments))
    assert result.code == code and what in result.err, result.err
    assert rows(database, "SELECT count(*) FROM orders") == [(2,)]


def test_a_query_that_writes_does_so_under_foreign_keys_and_whole(
    rung: Rung, shop: Callable[..., list[object]], database: Path
) -> None:
    assert rung(*shop("order_add", "--param", "customer_id=1")).code == 0
    assert rows(database, "SELECT count(*) FROM orders") == [(3,)]
    refused = rung(*shop("order_add", "--param", "customer_id=4711"))
    assert refused.code == 3 and "FOREIGN KEY constraint failed" in refused.err
    failed = rung(*shop("half_way"))
    assert failed.code == 3 and "no such table: nowhere" in failed.err
    assert rows(database, "SELECT count(*) FROM orders") == [(3,)]


def test_a_query_that_writes_asks_on_a_terminal(shop: Callable[..., list[object]], database: Path) -> None:
    arguments = [str(part) for part in shop("order_add", "--param", "customer_id=1")]
    code, screen = on_a_terminal("n", *arguments)
    assert code == 2 and "Order, added: one more." in screen and "not confirmed" in screen
    code, _ = on_a_terminal("y", *arguments)
    assert code == 0
    assert rows(database, "SELECT count(*) FROM orders") == [(3,)]


def test_explain_shows_the_plan_of_a_query_and_of_any_statement(rung: Rung, url: str) -> None:
    assert rung("up", "ggen", "--url", url).code == 0
    result = rung("explain", "ggen", "receipts_by_agent", "--url", url)
    assert result.code == 0 and "USING INDEX idx_receipts_agent_timestamp" in result.out, result.err
    # The name may also stand behind an option.
    assert rung("explain", "ggen", "--url", url, "receipts_by_agent").out == result.out
    statement = "SELECT * FROM receipts AS r WHERE r.status = 'x' AND EXISTS (SELECT 1 FROM audit_log)"
    result = rung("explain", "ggen", "--url", url, "--sql", statement, "--json")
    (plan,) = result.json["plans"]
    assert plan[0].startswith("SEARCH r USING INDEX idx_receipts_status") and plan[2].startswith("  SCAN audit_log")


def test_explain_runs_nothing_and_says_what_it_cannot_explain(rung: Rung, url: str) -> None:
    assert rung("up", "ggen", "--url", url).code == 0
    assert rung("explain", "ggen", "--url", url, "--sql", "DELETE FROM receipts").code == 0
    result = rung("explain", "ggen", "--url", url, "--sql", "SELECT nix FROM receipts")
    assert result.code == 3 and "--sql:1:8: SQLite says: no such column: nix" in result.err
    assert rung("explain", "ggen", "--url", url).code == 2
    assert rung("explain", "ggen", "receipts_by_agent", "--url", url, "--sql", "SELECT 1").code == 2
    assert rung("explain", "ggen", "receipts_by_agent", "more", "--url", url).code == 2


def test_indexes_shows_who_uses_them_and_which_serve_nobody(rung: Rung, url: str, database: Path) -> None:
    assert rung("up", "ggen", "--url", url).code == 0
    result = rung("indexes", "ggen", "--url", url)
    assert result.code == 0 and "Used by none of the 33 queries that only read: 0 of 24 indexes." in result.out
    write(database, "CREATE INDEX idle_idx ON receipts (error_message)")
    result = rung("indexes", "ggen", "--url", url, "--json")
    assert result.json["unused"] == ["idle_idx"]
    used = {item["name"]: item["queries"] for item in result.json["indexes"]}
    assert "session_summary" in used["receipts_session_id_idx"] and used["idle_idx"] == []
