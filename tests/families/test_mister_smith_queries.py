"""mister_smith's queries: each gives what it says, by the index it names, on a hundred thousand messages and more.

Plans are of the database as it is analysed, with the parameters bound as a prepared statement binds them.
"""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from conftest import ROOT
from mister_smith_helpers import QUERIES, Conn, Home, acting, column, database, insert, one, rolled_back
from mister_smith_rows import fill

from runner.engines.postgresql_text import numbered
from runner.sqlfile import header, parameters, read_file

pytest_plugins = ["mister_smith_fixtures"]

NAMES = sorted(path.stem for path in QUERIES.glob("*.sql"))
FILES = {name: read_file(QUERIES / f"{name}.sql", "query") for name in NAMES}
AGENT = UUID("00000000-0000-4000-8000-000000000007")
USER = UUID("00000000-0000-4000-9000-000000000007")
ROLE = UUID("00000000-0000-4000-a000-000000000007")
CONVERSATION = UUID("00000000-0000-4000-b000-000000000007")
PARAMETERS: dict[str, Any] = {
    "agent_id": str(AGENT),
    "user_id": str(USER),
    "role_id": str(ROLE),
    "correlation_id": str(CONVERSATION),
    "agent_type": "engineer",
    "rows": 10,
    "minutes": 5,
    "priority": 9,
    "message_type": "type 3",
    "names": "{cap7}",
    "since": "now",
    "until": "infinity",
    "event_type": "event 7",
    "metadata": '{"n": 77}',
    "metric_name": "metric 7",
    "tags": '{"n": 77}',
    "severity": "high",
    "name": "agent 7",
    "configuration": '{"n": 7}',
    "type": "type 7",
    "seconds": 60,
    "host_name": "host 7",
    "username": "USER 7",
    "email": "USER7@example.org",
    "days": 9000,
    "api_key": "key 7",
    "token": "token 7",
    "key": "key 7",
    "environment": "production",
    "field": "field 7",
    "value": '{"n": 7}',
    "months_ahead": 0,
    "status": "active",
    "content": "{}",
    "created_at": "now",
    "error": "e",
    "id": str(AGENT),
    "from_agent_id": str(AGENT),
    "to_agent_id": None,
}


@pytest.fixture(scope="session")
def large_url(home: Home) -> Iterator[str]:
    with database(home, "copy") as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET synchronous_commit = off")
            connection.execute(fill(120_000))
            connection.execute("VACUUM ANALYZE")
        yield url


@pytest.fixture
def large(large_url: str) -> Iterator[Conn]:
    with rolled_back(large_url) as connection:
        yield connection


def run(connection: Conn, name: str, /, **values: Any) -> list[dict[str, Any]]:
    """A query as rung runs it; its rows by name."""
    file = FILES[name]
    text, named = numbered(file.text, parameters(file))
    given = [values.get(name, PARAMETERS.get(name)) for name in named]
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(text, given)
        titles = [entry.name for entry in cursor.description or ()]
        return [dict(zip(titles, row, strict=True)) for row in cursor.fetchall()]


def plan(connection: Conn, name: str, /, **values: Any) -> str:
    file = FILES[name]
    text, named = numbered(file.text, parameters(file))
    given = [values.get(name, PARAMETERS.get(name)) for name in named]
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute("EXPLAIN (COSTS OFF) " + text[text.index("\n\n") :], given)
        return "\n".join(row[0] for row in cursor.fetchall())


def indexes_used(connection: Conn, text: str) -> set[str]:
    """The indexes of a plan; one of a partition counts as the one that it is a part of."""
    names = set(re.findall(r"(?:Index (?:Only )?Scan (?:Backward )?using|Bitmap Index Scan on) (\w+)", text))
    parents = dict(
        connection.execute(
            "SELECT c.relname, p.relname FROM pg_inherits AS i INNER JOIN pg_class AS c ON c.oid = i.inhrelid"
            " INNER JOIN pg_class AS p ON p.oid = i.inhparent WHERE c.relkind IN ('i', 'I')"
        ).fetchall()
    )
    return {parents.get(name, name) for name in names}


def test_every_index_of_the_seed_earns_its_place_in_a_query(db: Conn) -> None:
    named = {index for name in NAMES for index in header(FILES[name]).keys.get("uses", "").split(", ") if index}
    seeds = set(column(db, "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'idx\\_%' AND schemaname = 'public'"))
    assert len(seeds) == 41
    assert seeds <= named
    assert named <= set(column(db, "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"))


@pytest.mark.parametrize("name", [name for name in NAMES if header(FILES[name]).keys.get("uses")])
def test_query_uses_the_indexes_it_names(large: Conn, name: str) -> None:
    wanted = set(header(FILES[name]).keys["uses"].split(", "))
    values: dict[str, Any] = {}
    if name == "audit_trail":
        values = {"since": one(large, "SELECT (now() - interval '10 minutes')::text"), "until": "infinity"}
    if name == "metric_over_time":
        values = {"since": one(large, "SELECT (now() - interval '1 hour')::text")}
    if name == "messages_urgent_by_content":
        values = {"priority": 95}
    shown = plan(large, name, **values)
    assert wanted <= indexes_used(large, shown), shown


def test_the_inbox_is_read_in_order_without_a_sort(large: Conn) -> None:
    shown = plan(large, "inbox")
    assert "-> Sort" not in re.sub(" +", " ", shown), shown
    assert "Seq Scan" not in shown, shown
    assert "Merge Append" in shown, shown
    rows = run(large, "inbox")
    assert len(rows) == 100
    assert [row["priority"] for row in rows] == sorted(row["priority"] for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_query_runs_on_the_seed_rows(db: Conn, name: str) -> None:
    db.execute((ROOT / "sql" / "seed" / "mister_smith" / "postgresql.sql").read_text(encoding="utf-8"))
    run(db, name, from_agent_id="00000003-0000-4000-8000-000000000001") if name == "insert_message" else run(db, name)


@pytest.mark.parametrize("home", ["installed"], indirect=True)
def test_slow_queries_shows_what_was_slow(db: Conn, home: Home) -> None:
    assert home.is_preloaded, "install postgresql-15-cron"
    db.execute("SELECT pg_sleep(0.11)")
    assert "pg_sleep" in str(db.execute("SELECT query, calls, total_time, mean_time FROM slow_queries").fetchall())


def test_prepared_statements_of_the_seed(db: Conn) -> None:
    one_, other = insert(db, "agents"), insert(db, "agents")
    assert run(db, "update_agent_status", id=str(one_), status="active")[0]["status"] == "active"
    made = run(db, "insert_message", from_agent_id=str(one_), to_agent_id=str(other), content='{"a": 1}', priority=2)
    assert [row["id"] for row in run(db, "inbox", agent_id=str(other))] == [made[0]["id"]]
    instance = insert(db, "agent_instances", agent_id=one_, status="running")
    assert run(db, "update_heartbeat", id=str(instance))[0]["id"] == instance


def test_a_message_is_claimed_done_failed_and_tried_again(db: Conn) -> None:
    agent = insert(db, "agents")
    for priority in (5, 1, 3):
        insert(db, "messages", to_agent_id=agent, priority=priority)
    insert(db, "messages", to_agent_id=agent, priority=1, expires_at="2020-01-01")
    first, second = (run(db, "messages_claim", agent_id=str(agent), rows=1)[0] for _ in range(2))
    assert (first["priority"], second["priority"]) == (1, 3)
    assert (
        run(db, "messages_done", id=str(first["id"]), created_at=str(first["created_at"]))[0]["status"] == "processed"
    )
    for count in (1, 2, 3):
        failed = run(db, "messages_failed", id=str(second["id"]), created_at=str(second["created_at"]), error="e")
        assert failed[0]["retry_count"] == count
        again = run(db, "messages_retry", rows=10)
        assert len(again) == (count < 3)
        db.execute("UPDATE messages SET status = 'delivered' WHERE status = 'pending' AND retry_count > 0")
    assert len(run(db, "messages_expire")) == 1
    assert run(db, "messages_done", id=str(first["id"]), created_at=str(first["created_at"])) == []


def test_workers_claim_without_a_duplicate_or_a_loss(fresh: str) -> None:
    """Eight workers, one of which dies again and again in the middle."""
    total, claimed, failures = 400, [], []
    with psycopg.connect(fresh) as connection:
        connection.execute("SELECT create_monthly_partitions('messages')")
        agent = insert(connection, "agents")
        for number in range(total):
            insert(connection, "messages", to_agent_id=agent, priority=1 + number % 10)
    ready = threading.Barrier(8)

    def work(number: int) -> None:
        try:
            with psycopg.connect(fresh) as connection:
                ready.wait()
                while True:
                    got = run(connection, "messages_claim", agent_id=str(agent), rows=7)
                    if not got:
                        break
                    if number == 0 and len(claimed) < total // 2:
                        time.sleep(0.01)
                        connection.rollback()
                        continue
                    connection.commit()
                    claimed.extend(row["id"] for row in got)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert len(claimed) == len(set(claimed)), "a message was claimed twice"
    with rolled_back(fresh) as connection:
        left = one(connection, "SELECT count(*) FROM messages WHERE status = 'pending'")
        # What the dying worker gave back last, when all the others had gone home already.
        assert len(claimed) + left == total
        while left:
            left -= len(run(connection, "messages_claim", agent_id=str(agent), rows=7))
        assert one(connection, "SELECT count(*) FROM messages WHERE status = 'delivered'") == total


def test_the_seeds_query_gives_two_workers_the_same_message(fresh: str) -> None:
    with psycopg.connect(fresh) as a, psycopg.connect(fresh) as b:
        agent = insert(a, "agents")
        insert(a, "messages", to_agent_id=agent)
        a.commit()
        assert run(a, "inbox", agent_id=str(agent)) == run(b, "inbox", agent_id=str(agent)) != []
        assert len(run(a, "messages_claim", agent_id=str(agent), rows=1)) == 1
        assert run(b, "messages_claim", agent_id=str(agent), rows=1) == []


def took(connection: Conn, query: str, values: list[Any]) -> float:
    """The time in which the server runs a query, without planning and the way to the client: the best of some."""
    times = []
    for _ in range(7):
        found = connection.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + query, values).fetchone()
        assert found
        times.append(found[0][0]["Execution Time"])
    return min(times)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM messages",
        "SELECT count(*) FROM messages WHERE to_agent_id = %s OR from_agent_id = %s",
        "SELECT * FROM messages WHERE to_agent_id = %s AND status = 'pending' ORDER BY priority, created_at LIMIT 100",
        "SELECT * FROM messages WHERE from_agent_id = %s ORDER BY created_at DESC LIMIT 100",
        "SELECT * FROM metrics WHERE agent_id = %s ORDER BY recorded_at DESC LIMIT 100",
        "SELECT count(*) FROM metrics",
    ],
    ids=["all", "own", "inbox", "sent", "metrics", "all metrics"],
)
def test_policies_cost_no_more_than_twice_the_bare_query(large: Conn, query: str) -> None:
    values = [AGENT] * query.count("%s")
    without: list[float] = []
    behind: list[float] = []
    # Again where others use the machine too; a millisecond for what is left of that.
    while not behind or (min(behind) > 2 * min(without) + 1 and len(behind) < 7):
        without.append(took(large, query, values))
        with acting(large, "agent_user", agent=AGENT):
            behind.append(took(large, query, values))
    assert min(behind) <= 2 * min(without) + 1, (behind, without)


def test_an_agent_claims_in_order_behind_the_policies(large: Conn) -> None:
    with acting(large, "agent_user", agent=AGENT):
        shown = plan(large, "messages_claim")
    assert "-> Sort" not in re.sub(" +", " ", shown), shown


def test_the_identity_is_asked_once_for_each_statement(large: Conn) -> None:
    with acting(large, "agent_user", agent=AGENT):
        shown = column(large, "EXPLAIN (COSTS OFF) SELECT count(*) FROM messages")
    assert len([line for line in shown if line.strip().startswith("InitPlan")]) == 1, shown
    assert not [line for line in shown if "current_agent_id()" in line and "Filter" in line], shown


def test_policies_written_the_seeds_way_cost_many_times_more(large: Conn) -> None:
    # Where no index helps, as when an agent looks for words in what it may read.
    large.execute("SET LOCAL enable_bitmapscan = off")
    large.execute("SET LOCAL enable_indexscan = off")
    with acting(large, "agent_user", agent=AGENT):
        ours = took(large, "SELECT count(*) FROM messages", [])
    large.execute(
        "ALTER POLICY messages_read ON messages"
        " USING (to_agent_id = current_agent_id() OR from_agent_id = current_agent_id())"
    )
    with acting(large, "agent_user", agent=AGENT):
        seeds = took(large, "SELECT count(*) FROM messages", [])
    assert seeds > 2 * ours, (seeds, ours)


def test_a_month_that_is_not_asked_for_is_not_read(large: Conn) -> None:
    shown = "\n".join(
        column(
            large,
            "EXPLAIN (COSTS OFF) SELECT count(*) FROM messages WHERE created_at >= date_trunc('month', now(), 'UTC')"
            " + interval '1 month' AND created_at < '2100-01-01Z'",
        )
    )
    months = column(large, "SELECT partition::text FROM partition_bounds('messages') WHERE upper_bound < now()")
    assert months
    assert "Subplans Removed" in shown or not [name for name in months if name in shown], shown


def test_deleting_an_agent_and_a_user_reads_no_table_whole(large: Conn) -> None:
    """Each foreign key that refers to them finds its rows by an index."""
    times = []
    for number in (11, 12, 13):
        started = time.perf_counter()
        large.execute(f"DELETE FROM agents WHERE name = 'agent {number}'")
        large.execute(f"DELETE FROM users WHERE username = 'user {number}'")
        times.append(time.perf_counter() - started)
    assert statistics.median(times) < 1, times
