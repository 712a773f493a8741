"""What the tests of mister_smith share: its server, the seed as it was written, and the least rows that tables want."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
import pytest
from conftest import ROOT
from mister_smith_seed import STATEMENTS
from psycopg import Connection, sql
from psycopg.types.json import Jsonb

from runner.throwaway import Server

STEPS = ROOT / "migrations" / "mister_smith" / "postgresql"
QUERIES = ROOT / "sql" / "queries" / "mister_smith" / "postgresql"
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"
SETTINGS = {"max_connections": "60", "shared_buffers": "64MB", "autovacuum": "off", "jit": "off"}
PRELOADED = {
    "shared_preload_libraries": "pg_cron,pg_stat_statements",
    "cron.database_name": "family",
    "pg_stat_statements.track": "all",
}
_numbers = count()

Conn = Connection[Any]


@dataclass(frozen=True, slots=True)
class Home:
    """A server with a database `family`, every step applied, and a database `seed`."""

    server: Server
    is_preloaded: bool

    def url(self, database: str = "family") -> str:
        return self.server.url(database)

    @property
    def version(self) -> int:
        return int(self.server.version.split(".")[0])


def write_seed(connection: Conn) -> list[int]:
    """The seed, statement by statement; returns the lines of those that fail.

    Two things are put right, without which there is nothing to look at: a partitioned table has no primary key but its
    id, and nothing refers to it. The seed's three partitioned tables do not exist otherwise.
    """
    failed = []
    for line, text in STATEMENTS:
        if "$1" in text or text.startswith("PREPARE"):
            continue
        patched = text
        if "PARTITION BY" in text:
            patched = text.replace("id UUID PRIMARY KEY", "id UUID NOT NULL").replace(" REFERENCES messages(id)", "")
        try:
            connection.execute(patched)
        except psycopg.Error:
            failed.append(line)
    return failed


@contextmanager
def rolled_back(url: str) -> Iterator[Conn]:
    with psycopg.connect(url) as connection:
        connection.add_notice_handler(lambda _: None)
        yield connection
        connection.rollback()


@contextmanager
def database(home: Home, template: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(home.url("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    try:
        yield home.url(name)
    finally:
        with psycopg.connect(home.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


# ------------------------------------------------------------------------------------------------------ small helpers


def one(connection: Conn, query: str, *values: Any) -> Any:
    """The first column of the only row."""
    found = connection.execute(query, values or None).fetchall()
    assert len(found) == 1, found
    return found[0][0]


def column(connection: Conn, query: str, *values: Any) -> list[Any]:
    return [row[0] for row in connection.execute(query, values or None).fetchall()]


def insert(connection: Conn, table: str, **values: Any) -> UUID:
    """Insert a row with the least that its table wants; returns its id."""
    least: dict[str, dict[str, Any]] = {
        "users": {"username": f"user {next(_numbers)}", "password_hash": HASH},
        "roles": {"name": f"role {next(_numbers)}"},
        "agents": {"name": f"agent {next(_numbers)}", "agent_type": "engineer"},
        "agent_instances": {"host_name": "host"},
        "agent_connections": {"connection_id": "c", "host": "db1", "port": 5432, "database_name": "app"},
        "agent_dependencies": {"dependency_type": "required"},
        "agent_permissions": {"resource_type": "queue", "permission": "read"},
        "api_keys": {"key_hash": f"{next(_numbers):064x}", "name": "key"},
        "user_sessions": {"session_token": f"{next(_numbers):064x}"},
        "configurations": {"key": f"key {next(_numbers)}", "value": {"a": 1}},
        "messages": {"message_type": "note", "content": {}},
        "audit_log": {"event_type": "test", "action": "did"},
        "metrics": {"metric_name": "m", "metric_value": 1, "metric_type": "gauge"},
        "errors": {"error_type": "e", "message": "m", "severity": "low"},
        "health_checks": {"check_name": "c", "status": "healthy"},
        "message_queues": {"name": f"queue {next(_numbers)}", "queue_type": "fifo"},
        "transport_channels": {"name": f"channel {next(_numbers)}", "channel_type": "system"},
        "feature_flags": {"name": f"flag {next(_numbers)}"},
    }
    row = least.get(table, {}) | values
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    found = connection.execute(statement, [Jsonb(v) if isinstance(v, dict) else v for v in row.values()]).fetchone()
    assert found
    return UUID(str(found[0]))


@contextmanager
def acting(connection: Conn, role: str, *, user: UUID | None = None, agent: UUID | None = None) -> Iterator[None]:
    """Inside the block the session is a role, on behalf of a user or an agent, as an application sets it."""
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
    for name, value in (("user", user), ("agent", agent)):
        connection.execute("SELECT set_config(%s, %s, true)", [f"app.current_{name}_id", str(value) if value else ""])
    try:
        yield
    finally:
        with suppress(psycopg.errors.InFailedSqlTransaction):
            connection.execute("RESET ROLE")


@contextmanager
def refused(connection: Conn, error: type[psycopg.Error], match: str | None = None) -> Iterator[None]:
    """What the block does fails with this error, and nothing else of the transaction is lost."""
    with pytest.raises(error, match=match), connection.transaction():
        yield
