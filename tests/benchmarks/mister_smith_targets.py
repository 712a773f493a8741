"""Measure mister_smith on PostgreSQL: what policies, claiming and maintenance cost. Prints Markdown.

    python tests/benchmarks/mister_smith_targets.py [--messages N ...] [--repeat N] [--embedded] [--url URL]

Starts a server of its own (fsync off, as in the tests) unless --url names one, on which it makes and drops a database.
Fills it with N messages, a quarter of them pending and half of those for one agent, and with 3,000 users and agents.

A query's time is the server's own (EXPLAIN ANALYZE, without planning): the median of several runs with everything in
memory, once as the superuser, whom no policy holds, and once as agent_user. The ratio is what the policies cost.
"""

from __future__ import annotations

import argparse
import contextlib
import platform
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "families")]

from mister_smith_rows import fill  # noqa: E402

from runner import cli, throwaway  # noqa: E402
from runner.engines.postgresql_text import numbered  # noqa: E402
from runner.sqlfile import header, parameters, read_file  # noqa: E402

QUERIES = ROOT / "sql" / "queries" / "mister_smith" / "postgresql"
AGENT = "00000000-0000-4000-8000-000000000007"
VALUES = {
    "agent_id": AGENT,
    "agent_type": "engineer",
    "names": "{cap7}",
    "correlation_id": AGENT.replace("8000", "b000"),
    "rows": "10",
    "environment": "production",
    "key": "key 7",
    "id": AGENT,
    "status": "active",
}
# What agent_user may do as well; audit_trail, metrics_last_hour over all agents and user queries are other people's.
SHARED = ["inbox", "messages_claim", "messages_sent", "conversation", "answers", "metrics_of_agent", "agents_active"]
SHARED += ["agents_capable", "configurations_of_agent", "agent_state"]
ALONE = ["metrics_last_hour", "audit_trail", "update_agent_status", "messages_retry", "messages_expire"]


def milliseconds(connection: psycopg.Connection, text: str, values: list[object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        with psycopg.RawCursor(connection) as cursor, connection.transaction(force_rollback=True):
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + text, values)
            times.append(cursor.fetchone()[0][0]["Execution Time"])
    return statistics.median(times)


def query(name: str) -> tuple[str, list[object]]:
    file = read_file(QUERIES / f"{name}.sql", "query")
    since = {"since": time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(time.time() - 600)), "until": "infinity"}
    text, named = numbered(file.text, parameters(file))
    assert header(file)
    return text[text.index("\n\n") :], [(VALUES | since)[name] for name in named]


def policies(url: str, repeat: int) -> None:
    print("\n| query | rows | bare | as agent_user | ratio |")
    print("|---|---:|---:|---:|---:|")
    everything = [("messages, all that it may read", "SELECT count(*) FROM messages", [])]
    with psycopg.connect(url) as connection:
        for name, text, values in [*((name, *query(name)) for name in SHARED), *everything]:
            with psycopg.RawCursor(connection) as cursor, connection.transaction(force_rollback=True):
                rows = len(cursor.execute(text, values).fetchall())
            bare = milliseconds(connection, text, values, repeat)
            with connection.transaction():
                connection.execute("SET LOCAL ROLE agent_user")
                connection.execute("SELECT set_config('app.current_agent_id', %s, true)", [AGENT])
                behind = milliseconds(connection, text, values, repeat)
                connection.execute("RESET ROLE")
            print(f"| {name} | {rows} | {bare:.2f} ms | {behind:.2f} ms | {behind / bare:.1f} |")
        for name in ALONE:
            text, values = query(name)
            with psycopg.RawCursor(connection) as cursor, connection.transaction(force_rollback=True):
                rows = len(cursor.execute(text, values).fetchall())
            print(f"| {name} | {rows} | {milliseconds(connection, text, values, repeat):.2f} ms | | |")


def claiming(url: str) -> None:
    print("\n| workers | messages claimed, 10 at a time | a second |")
    print("|---:|---:|---:|")
    text, values = query("messages_claim")
    for workers in (1, 4, 8):
        claimed, ready = [0] * workers, threading.Barrier(workers + 1)

        def work(number: int, claimed: list[int] = claimed, ready: threading.Barrier = ready) -> None:
            with psycopg.connect(url) as connection, psycopg.RawCursor(connection) as cursor:
                ready.wait()
                for _ in range(100):
                    claimed[number] += len(cursor.execute(text, values).fetchall())
                    connection.commit()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
        for thread in threads:
            thread.start()
        ready.wait()
        started = time.perf_counter()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - started
        print(f"| {workers} | {sum(claimed):,} | {sum(claimed) / took:,.0f} |")


def writing(url: str) -> None:
    print("\n| operation | time |")
    print("|---|---:|")
    with psycopg.connect(url, autocommit=True) as connection:

        def timed(what: str, text: str) -> None:
            started = time.perf_counter()
            connection.execute(text)
            print(f"| {what} | {(time.perf_counter() - started) * 1000:,.0f} ms |")

        many = "INSERT INTO messages (from_agent_id, to_agent_id, message_type, content, created_at)"
        rows = f" SELECT NULL, '{AGENT}', 't', '{{}}', "
        timed("10,000 messages into a month", f"{many}{rows} now() FROM generate_series(1, 10000)")
        early = "'2031-05-05Z'::timestamptz + make_interval(secs => n)"
        timed("100,000 messages into DEFAULT", f"{many}{rows} {early} FROM generate_series(1, 100000) AS n")
        timed("a new month, empty", "SELECT create_monthly_partitions('messages', 0, '2032-01-01Z')")
        timed(
            "a new month, 100,000 rows drained into it",
            "SELECT create_monthly_partitions('messages', 0, '2031-05-01Z')",
        )
        timed("12 months of metrics", "SELECT create_monthly_partitions('metrics', 11, '2033-01-01Z')")
        timed("an agent with half of the inbox deleted", f"DELETE FROM agents WHERE id = '{AGENT}'")
        timed("an agent deleted", "DELETE FROM agents WHERE name = 'agent 8'")


@contextlib.contextmanager
def server(options: argparse.Namespace) -> Iterator[str]:
    if options.url:
        yield options.url
        return
    settings = {"max_connections": "60", "shared_buffers": "512MB", "jit": "off"}
    with throwaway.server("embedded" if options.embedded else "installed", settings) as running:
        yield running.url()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--url")
    options = parser.parse_args()
    with server(options) as url, psycopg.connect(url, autocommit=True) as home:
        version = home.info.parameter_status("server_version")
        print(f"PostgreSQL {version}, Python {platform.python_version()}, {platform.machine()}")
        for messages in options.messages:
            name = f"benchmark_{uuid4().hex[:8]}"
            target = psycopg.conninfo.make_conninfo(url, dbname=name)
            home.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            try:
                info = psycopg.conninfo.conninfo_to_dict(target)
                code = cli.run(
                    [
                        *("up", "mister_smith", "--quiet", "--to", "0014", "--url"),
                        f"postgresql://{info['user']}@/{name}?host={info['host']}&port={info['port']}",
                    ]
                )
                assert code == 0
                with psycopg.connect(target, autocommit=True) as connection:
                    connection.execute(fill(messages))
                    connection.execute("VACUUM ANALYZE")
                print(f"\n## {messages:,} messages")
                policies(target, options.repeat)
                claiming(target)
                writing(target)
            finally:
                home.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
