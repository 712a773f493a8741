"""Measure ggen on SQLite against the seed's performance targets, and print a Markdown table.

    python tests/benchmarks/ggen_targets.py [--rows N ...] [--repeat N] [--directory DIR]

Builds a database of each size from the steps in migrations/ggen/sqlite: N receipts of 20 agents over 90 days, each
with its five metrics and two audit entries, a session for every 100 of them, one violation in 100 and one collision
per session. The same rows every time. At 1,000,000 receipts that is 5,000,000 metrics, 2.4 GB and a minute or two.

Times are the median of several runs on one connection in WAL mode with synchronous = NORMAL and SQLite's default
cache of 2 MB, rows fetched, after ANALYZE, with the file in the operating system's cache; fewer runs of what takes
long.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlite_targets import Operation, filling, run

ROOT = Path(__file__).resolve().parents[2]
STEPS = ROOT / "migrations" / "ggen" / "sqlite"
QUERIES = ROOT / "sql" / "queries" / "ggen" / "sqlite"

SESSIONS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < (:rows - 1) / 100)
INSERT INTO workflow_sessions (session_id, start_time, status, agent_count, created_at)
SELECT
    printf('session-%08d', i),
    datetime('2026-01-01', printf('+%d seconds', i * 7776000 / (:rows / 100 + 1))),
    CASE WHEN i % 11 = 0 THEN 'failed' ELSE 'completed' END,
    20,
    datetime('2026-01-01', printf('+%d seconds', i * 7776000 / (:rows / 100 + 1)))
FROM n
"""
RECEIPTS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :rows - 1)
INSERT INTO receipts (execution_id, agent_id, operation, status, timestamp, manifest_hash, ontology_hash,
    files_generated, files_modified, duration_ms, receipt_json, environment, created_at, session_id)
SELECT
    printf('execution-%08d', i),
    printf('agent-%02d', (i * 7 + i / 13) % 20),
    CASE i % 3 WHEN 0 THEN 'generation' WHEN 1 THEN 'validation' ELSE 'emission' END,
    CASE WHEN i % 17 = 0 THEN 'failed' WHEN i % 41 = 0 THEN 'partial' ELSE 'passed' END,
    strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i * 7776000.0 / :rows, 'unixepoch'),
    printf('%064x', i * 2654435761),
    printf('%064x', i / 1000),
    i % 30,
    i % 7,
    50 + i * 7919 % 4000,
    json_object('files', i % 30, 'stages', 5, 'hash', printf('%064x', i * 31)),
    'ci',
    datetime(1767225600 + i * 7776000 / :rows, 'unixepoch'),
    printf('session-%08d', i / 100)
FROM n
"""
METRICS = """
INSERT INTO pipeline_metrics (execution_id, stage, duration_ms, input_size_bytes, output_size_bytes, status,
    timestamp, created_at)
SELECT
    r.execution_id,
    s.value,
    5 + (r.id * 31 + s.key * 997) % 800,
    1000 + r.id % 5000,
    2000 + r.id % 9000,
    CASE WHEN (r.id + s.key) % 53 = 0 THEN 'failed' ELSE 'passed' END,
    r.timestamp,
    r.created_at
FROM receipts AS r
CROSS JOIN json_each('["μ₁_normalize", "μ₂_extract", "μ₃_emit", "μ₄_canonicalize", "μ₅_receipt"]') AS s
"""
AUDIT = """
INSERT INTO audit_log (timestamp, agent_id, operation, status, duration_ms, context_json, created_at)
SELECT
    strftime('%Y-%m-%dT%H:%M:%fZ', r.timestamp, printf('+%.3f seconds', s.value * r.duration_ms / 1000.0)),
    r.agent_id,
    r.operation,
    CASE WHEN s.value = 0 THEN 'started' WHEN r.status = 'failed' THEN 'failed' ELSE 'completed' END,
    iif(s.value, r.duration_ms, NULL),
    json_object('execution', r.execution_id),
    r.created_at
FROM receipts AS r
CROSS JOIN json_each('[0, 1]') AS s
"""
VIOLATIONS = """
INSERT INTO slo_violations (execution_id, metric, target_value, actual_value, severity, timestamp, created_at)
SELECT r.execution_id, 'duration_ms', 4000, r.duration_ms, iif(r.id % 300, 'warning', 'critical'), r.timestamp,
    r.created_at
FROM receipts AS r
WHERE r.id % 100 = 0
"""
COLLISIONS = """
INSERT INTO collision_detection (session_id, agent_id_1, agent_id_2, collision_type, description, severity, timestamp,
    created_at)
SELECT s.session_id, printf('agent-%02d', s.id % 20), printf('agent-%02d', (s.id + 7) % 20), 'file_conflict',
    'both wrote one file', 'warning', s.start_time, s.created_at
FROM workflow_sessions AS s
"""
INSERT = """
INSERT INTO receipts (execution_id, agent_id, operation, status, timestamp, manifest_hash, ontology_hash,
    files_generated, files_modified, duration_ms, receipt_json, environment, session_id)
VALUES (?, 'agent-07', 'generation', 'passed', '2026-04-01T00:00:00.000Z', ?, ?, 12, 3, 1500, ?, 'ci',
    'session-00000000')
"""


def query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def asks(name: str, **values: object) -> Callable[[sqlite3.Connection], object]:
    """Run a named query and fetch what it answers."""
    statement = query(name)
    return lambda connection: connection.execute(statement, values).fetchall()


def scans(connection: sqlite3.Connection) -> object:
    statement = query("receipts_export").rstrip().removesuffix(";")
    return connection.execute(f"SELECT * FROM ({statement}) LIMIT 10000").fetchall()


def inserts(count: int, serial: Iterator[int]) -> Callable[[sqlite3.Connection], object]:
    """Insert so many receipts in one transaction, as the seed's batches do."""

    def run(connection: sqlite3.Connection) -> None:
        rows = [
            (f"measured-{next(serial)}", "ab" * 32, "cd" * 32, '{"files": 12, "stages": 5, "hash": "0123456789abcdef"}')
            for _ in range(count)
        ]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, rows)
        connection.execute("COMMIT")

    return run


def operations(rows: int) -> list[Operation]:
    serial = itertools.count()
    # In the middle of the 90 days, so that no end of an index flatters the result.
    day = {"since": "2026-02-14T00:00:00Z", "until": "2026-02-15T00:00:00Z"}
    hour = {"since": "2026-02-14T12:00:00Z", "until": "2026-02-14T13:00:00Z"}
    return [
        Operation(
            "receipt_by_execution_id", 1, asks("receipt_by_execution_id", execution_id=f"execution-{rows // 2:08d}")
        ),
        Operation("receipts_by_agent, last 100", 10, asks("receipts_by_agent", agent_id="agent-11", rows=100)),
        Operation("receipts_in_range, one hour", 10, asks("receipts_in_range", **hour)),
        Operation("executions_by_operation, one day", 25, asks("executions_by_operation", **day)),
        Operation("receipts_export, 10,000 rows", 100, scans),
        Operation("recent_executions", 50, asks("recent_executions")),
        Operation("agent_performance_summary", 100, asks("agent_performance_summary")),
        Operation("pipeline_stage_performance", 75, asks("pipeline_stage_performance")),
        Operation("agent_performance, one agent", None, asks("agent_performance", agent_id="agent-11")),
        Operation("compliance_report, one day", None, asks("compliance_report", **day)),
        # Last, so that the queries see exactly the rows that were asked for.
        Operation("insert 1 receipt", 1, inserts(1, serial)),
        Operation("insert 100 receipts, one transaction", 50, inserts(100, serial)),
        Operation("insert 1,000 receipts, one transaction", 300, inserts(1000, serial)),
    ]


def build(file: Path, rows: int) -> None:
    with filling(file, STEPS) as connection:
        for statement in (SESSIONS, RECEIPTS, METRICS, AUDIT, VIOLATIONS, COLLISIONS):
            connection.execute(statement, {"rows": rows})


if __name__ == "__main__":
    run((__doc__ or "").split("\n")[0], "receipts", [10_000, 100_000, 1_000_000], build, operations)
