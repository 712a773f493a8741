"""ggen's named queries on SQLite: each answers what its title says, by the indexes that it names."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlite_files import Queries, Row

QUERIES = Path(__file__).resolve().parents[2] / "sql" / "queries" / "ggen" / "sqlite"
NAMES = sorted(file.stem for file in QUERIES.glob("*.sql"))

# ---------------------------------------------------------------------------------------------------- small helpers


_queries = Queries(QUERIES)
text, header, parameters, writes = _queries.text, _queries.header, _queries.parameters, _queries.writes
statements, run = _queries.statements, _queries.run


def plan(connection: sqlite3.Connection, name: str) -> str:
    values = dict.fromkeys(parameters(name), "2026-01-29")
    found = []
    for statement in statements(name):
        found += [entry[3] for entry in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    return "\n".join(found)


# ------------------------------------------------------------------------------------------------------- what is asked

# name: its parameters, and what it answers on the seed rows: (column, ...) and one line per row.
ANSWERS: dict[str, tuple[dict[str, Any], tuple[str, ...], list[Row]]] = {
    "receipt_by_execution_id": (
        {"execution_id": "exec-0007"},
        ("execution_id", "session_id", "agent_id", "status", "duration_ms", "receipt_json"),
        [
            (
                "exec-0007",
                "session-2026-01-27",
                "agent-generator",
                "partial",
                6650,
                '{"files": 9, "stages": 5, "ontology": "shop.ttl"}',
            )
        ],
    ),
    "receipts_by_agent": (
        {"agent_id": "agent-generator", "rows": 3},
        ("execution_id", "operation"),
        [("exec-0012", "receipt"), ("exec-0010", "watch"), ("exec-0007", "generation")],
    ),
    "receipts_by_status": (
        {"status": "failed", "rows": 3},
        ("execution_id", "error_message"),
        [("exec-0005", "shape ex:PersonShape: sh:minCount violated")],
    ),
    "receipts_in_range": (
        {"since": "2026-01-29T11:00:02+01:00", "until": "2026-01-29 10:05:00"},
        ("execution_id", "created_at"),
        [("exec-0011", "2026-01-29 10:00:04"), ("exec-0010", "2026-01-29 10:00:02")],
    ),
    "receipts_export": ({}, ("id", "execution_id"), [(number, f"exec-{number:04d}") for number in range(1, 13)]),
    "receipts_json_value": (
        {"path": "$.files", "rows": 5},
        ("execution_id", "json_type", "json_value"),
        [
            ("exec-0012", "integer", 0),
            ("exec-0011", "integer", 21),
            ("exec-0010", "integer", 8),
            ("exec-0009", "integer", 0),
            ("exec-0007", "integer", 9),
        ],
    ),
    "executions_by_operation": (
        {"since": "2026-01-26 09:00:01", "until": "2026-01-28T16:00:00Z"},
        (
            "operation",
            "executions",
            "passed_executions",
            "failed_executions",
            "partial_executions",
            "cancelled_executions",
            "avg_duration_ms",
            "max_duration_ms",
        ),
        [
            ("generation", 2, 1, 0, 1, 0, 4750.0, 6650),
            ("validation", 2, 1, 1, 0, 0, 1665.0, 2730),
            ("canonicalization", 1, 1, 0, 0, 0, 1000.0, 1000),
            ("emission", 1, 1, 0, 0, 0, 2375.0, 2375),
            ("extraction", 1, 1, 0, 0, 0, 1550.0, 1550),
            ("normalization", 1, 0, 0, 0, 1, 900.0, 900),
        ],
    ),
    "agent_performance": (
        {"agent_id": "agent-generator"},
        ("agent_id", "total_executions", "successful_executions", "failed_executions", "avg_duration_ms"),
        [("agent-generator", 5, 4, 0, 2720.0)],
    ),
    "recent_executions": (
        {},
        ("execution_id", "audit_entries", "slo_violations"),
        [
            ("exec-0012", 3, 1),
            ("exec-0011", 2, 0),
            ("exec-0010", 3, 0),
            ("exec-0009", 2, 0),
            ("exec-0008", 2, 0),
            ("exec-0007", 2, 2),
            ("exec-0006", 2, 0),
            ("exec-0005", 2, 1),
            *[(f"exec-{number:04d}", 2, 0) for number in range(4, 0, -1)],
        ],
    ),
    "agent_performance_summary": (
        {},
        ("agent_id", "total_executions", "last_execution"),
        [
            ("agent-generator", 5, "2026-01-29T10:05:00.000Z"),
            ("agent-validator", 3, "2026-01-28T16:00:00.000Z"),
            ("agent-emitter", 2, "2026-01-29T10:00:01.500Z"),
            ("agent-extractor", 1, "2026-01-27T14:32:00.000Z"),
            ("agent-normalizer", 1, "2026-01-28T08:00:05.000Z"),
        ],
    ),
    "pipeline_stage_performance": (
        {},
        ("stage", "avg_duration_ms", "passed", "failed"),
        [
            ("μ₃_emit", 1009.17, 9, 3),
            ("μ₂_extract", 621.67, 10, 2),
            ("μ₁_normalize", 191.25, 11, 1),
            ("μ₄_canonicalize", 179.17, 10, 2),
            ("μ₅_receipt", 69.17, 10, 2),
        ],
    ),
    "pipeline_of_execution": (
        {"execution_id": "exec-0007"},
        ("stage", "status", "duration_ms"),
        [
            ("μ₁_normalize", "passed", 200),
            ("μ₂_extract", "passed", 880),
            ("μ₃_emit", "failed", 5200),
            ("μ₄_canonicalize", "passed", 330),
            ("μ₅_receipt", "passed", 40),
        ],
    ),
    "stage_slowest": (
        {"stage": "μ₃_emit", "rows": 2},
        ("execution_id", "duration_ms"),
        [("exec-0007", 5200), ("exec-0011", 2100)],
    ),
    "metrics_export": (
        {"since": "2026-01-29T10:00:00.180Z", "until": "2026-01-29 10:00:01.595"},
        ("execution_id", "stage", "timestamp"),
        [
            ("exec-0010", "μ₁_normalize", "2026-01-29T10:00:00.180Z"),
            ("exec-0010", "μ₂_extract", "2026-01-29T10:00:00.820Z"),
        ],
    ),
    "compliance_report": (
        {"since": "2026-01-27T14:36:00Z", "until": "2026-01-29T10:05:00.400Z"},
        ("agent_id", "operation", "status", "entries", "total_duration_ms", "first_entry", "last_entry"),
        [
            ("agent-emitter", "emission", "completed", 1, 2570, "2026-01-29T10:00:04.070Z", "2026-01-29T10:00:04.070Z"),
            ("agent-emitter", "emission", "started", 1, 0, "2026-01-29T10:00:01.500Z", "2026-01-29T10:00:01.500Z"),
            (
                "agent-generator",
                "cache.flush",
                "completed",
                1,
                3,
                "2026-01-29T10:00:02.201Z",
                "2026-01-29T10:00:02.201Z",
            ),
            (
                "agent-generator",
                "file.write",
                "completed",
                1,
                12,
                "2026-01-29T10:00:00.820Z",
                "2026-01-29T10:00:00.820Z",
            ),
            (
                "agent-generator",
                "generation",
                "completed",
                1,
                6650,
                "2026-01-27T14:36:06.650Z",
                "2026-01-27T14:36:06.650Z",
            ),
            ("agent-generator", "generation", "started", 1, 0, "2026-01-27T14:36:00.000Z", "2026-01-27T14:36:00.000Z"),
            ("agent-generator", "receipt", "started", 1, 0, "2026-01-29T10:05:00.000Z", "2026-01-29T10:05:00.000Z"),
            (
                "agent-generator",
                "session.open",
                "completed",
                1,
                2,
                "2026-01-29T09:59:59.999Z",
                "2026-01-29T09:59:59.999Z",
            ),
            ("agent-generator", "watch", "completed", 1, 2200, "2026-01-29T10:00:02.200Z", "2026-01-29T10:00:02.200Z"),
            ("agent-generator", "watch", "started", 1, 0, "2026-01-29T10:00:00.000Z", "2026-01-29T10:00:00.000Z"),
            (
                "agent-normalizer",
                "normalization",
                "skipped",
                1,
                900,
                "2026-01-28T08:00:05.900Z",
                "2026-01-28T08:00:05.900Z",
            ),
            (
                "agent-normalizer",
                "normalization",
                "started",
                1,
                0,
                "2026-01-28T08:00:05.000Z",
                "2026-01-28T08:00:05.000Z",
            ),
            ("agent-validator", "dry_run", "completed", 1, 520, "2026-01-28T16:00:00.520Z", "2026-01-28T16:00:00.520Z"),
            ("agent-validator", "dry_run", "started", 1, 0, "2026-01-28T16:00:00.000Z", "2026-01-28T16:00:00.000Z"),
        ],
    ),
    "audit_trail_of_agent": (
        {"agent_id": "agent-generator", "since": "2026-01-29T10:00:00Z", "until": "2026-01-29T10:00:02.201Z"},
        ("timestamp", "operation", "status"),
        [
            ("2026-01-29 11:00:02.200+01:00", "watch", "completed"),
            ("2026-01-29 11:00:00.820+01:00", "file.write", "completed"),
            ("2026-01-29 10:00:00", "watch", "started"),
        ],
    ),
    "audit_by_status": (
        {"status": "failed", "rows": 9},
        ("agent_id", "operation"),
        [("agent-generator", "receipt.sign"), ("agent-validator", "validation")],
    ),
    "audit_of_execution": (
        {"execution_id": "exec-0010"},
        ("timestamp", "operation", "status"),
        [
            ("2026-01-29 10:00:00", "watch", "started"),
            ("2026-01-29 11:00:00.820+01:00", "file.write", "completed"),
            ("2026-01-29 11:00:02.200+01:00", "watch", "completed"),
        ],
    ),
    "slo_alerts": (
        {"severity": "warning", "rows": 2},
        ("execution_id", "agent_id", "metric"),
        [
            ("exec-0012", "agent-generator", "μ₅_receipt duration_ms"),
            ("exec-0007", "agent-generator", "files_generated ratio"),
        ],
    ),
    "slo_by_metric": (
        {"metric": "μ₃_emit duration_ms", "rows": 9},
        ("execution_id", "severity", "difference"),
        [("exec-0007", "critical", 2200.0)],
    ),
    "slo_of_execution": (
        {"execution_id": "exec-0007"},
        ("metric", "severity"),
        [("μ₃_emit duration_ms", "critical"), ("files_generated ratio", "warning")],
    ),
    "collision_report": (
        {"session_id": "session-2026-01-27"},
        ("severity", "collision_type", "agent_id_1", "agent_id_2"),
        [
            ("info", "memory_conflict", "agent-extractor", "agent-generator"),
            ("critical", "semantic_overlap", "agent-generator", "agent-validator"),
        ],
    ),
    "collisions_between": (
        {"agent_id_1": "agent-emitter", "agent_id_2": "agent-generator"},
        ("collision_type", "severity", "collisions", "unresolved"),
        [("file_conflict", "warning", 1, 0), ("structural_overlap", "warning", 1, 1)],
    ),
    "collision_alerts": (
        {"severity": "warning", "rows": 1},
        ("session_id", "collision_type"),
        [("session-2026-01-29", "structural_overlap")],
    ),
    "session_summary": (
        {"session_id": "session-2026-01-27"},
        (
            "session_id",
            "status",
            "executions",
            "executing_agents",
            "failed_executions",
            "executing_ms",
            "collisions",
            "critical_collisions",
        ),
        [("session-2026-01-27", "failed", 3, 3, 1, 10930, 2, 1)],
    ),
    "sessions_by_status": (
        {"status": "running", "rows": 9},
        ("session_id", "agent_count"),
        [("session-2026-01-29", 5)],
    ),
    "sessions_recent": (
        {"rows": 2},
        ("session_id", "status"),
        [("session-2026-01-29", "running"), ("session-2026-01-28", "cancelled")],
    ),
    "agent_memory_load": (
        {"agent_id": "agent-extractor"},
        ("memory_json", "collision_history", "retry_count", "last_error"),
        [('{"prefixes": {"ex": "https://example.org/"}, "last_execution": "exec-0006"}', None, 0, None)],
    ),
    "agent_memory_recent": (
        {"rows": 2},
        ("agent_id", "retry_count", "last_error"),
        [("agent-generator", 1, "signing key is locked"), ("agent-emitter", 0, None)],
    ),
    "agent_collision_history": (
        {"agent_id": "agent-generator"},
        ("position", "collision"),
        [
            (0, '{"with":"agent-emitter","type":"file_conflict"}'),
            (1, '{"with":"agent-emitter","type":"structural_overlap"}'),
        ],
    ),
    "archive_due": (
        {"before": "2026-01-28"},
        ("table_name", "rows_due"),
        [
            ("receipts", 7),
            ("pipeline_metrics", 35),
            ("slo_violations", 3),
            ("audit_log", 15),
            ("collision_detection", 3),
            ("workflow_sessions", 2),
        ],
    ),
    "recovery_check": (
        {},
        ("subject", "rows_held", "last_id", "last_created_at"),
        [
            ("workflow_sessions", 4, 4, "2026-01-29 10:00:00"),
            ("receipts", 12, 12, "2026-01-29 10:05:00"),
            ("agent_memory", 5, 5, "2026-01-29 10:05:01"),
            ("audit_log", 29, 29, "2026-01-29 10:05:00"),
            ("collision_detection", 4, 4, "2026-01-29 10:00:02"),
            ("pipeline_metrics", 60, 60, "2026-01-29 10:05:00"),
            ("slo_violations", 4, 4, "2026-01-29 10:05:00"),
            ("quick_check", "ok", None, None),
        ],
    ),
    "database_size": ({}, ("free_bytes", "advice"), [(0, "nothing to do")]),
}
# Those that change something have tests of their own, below and in test_ggen_archive.py.
CHANGES = {
    "agent_memory_save",
    "analyze",
    "archive_copy",
    "archive_delete",
    "backup",
    "vacuum",
    "wal_checkpoint",
}


def test_every_query_has_its_answer_here() -> None:
    assert set(ANSWERS) | CHANGES == set(NAMES)
    assert {name for name in NAMES if writes(name)} == CHANGES


@pytest.mark.parametrize("name", ANSWERS)
def test_query_answers_on_the_seed_rows(name: str, ggen_seeded: sqlite3.Connection) -> None:
    values, wanted, expected = ANSWERS[name]
    (statement,) = statements(name)
    columns = [entry[0] for entry in ggen_seeded.execute(statement, values).description]
    picked = [columns.index(column) for column in wanted]
    rows = run(ggen_seeded, name, **values)
    assert [tuple(row[position] for position in picked) for row in rows] == expected


@pytest.mark.parametrize("name", sorted(set(ANSWERS) - {"recovery_check", "archive_due", "database_size"}))
def test_query_answers_nothing_on_an_empty_database(name: str, ggen: sqlite3.Connection) -> None:
    assert run(ggen, name, **ANSWERS[name][0]) == []


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_those_of_the_header(name: str) -> None:
    body = re.sub(r"--.*|'[^']*'", "", text(name))
    assert set(re.findall(r":(\w+)", body)) == parameters(name)


@pytest.mark.parametrize("name", NAMES)
def test_query_names_every_column(name: str) -> None:
    assert not re.search(r"SELECT\s+(\w+\.)?\*", text(name))


# --------------------------------------------------------------------------------------------------------------- order

# Three rows of each table, whose ids are not in the order of their times, and two of which share one.
EARLY, LATE = "2026-01-01 00:00:00", "2026-01-02 00:00:00"
ORDERED = [("first late", LATE), ("early", EARLY), ("second late", LATE)]
DESCENDING = ["second late", "first late", "early"]
ASCENDING = ["early", "first late", "second late"]
WHOLE = {"since": "2025-01-01", "until": "2027-01-01"}


@pytest.fixture
def ordered(ggen: sqlite3.Connection) -> sqlite3.Connection:
    ggen.execute("BEGIN")
    for label, moment in ORDERED:
        values = {"label": label, "moment": moment}
        for table, columns, chosen in (
            ("workflow_sessions", "session_id, start_time, status, agent_count", ":label, :moment, 'running', 1"),
            (
                "receipts",
                "execution_id, agent_id, operation, status, timestamp, duration_ms, receipt_json",
                ":label, 'a', 'watch', 'passed', :moment, 86400000, '{\"x\": 1}'",
            ),
            ("audit_log", "timestamp, agent_id, operation, status", ":moment, 'a', :label, 'failed'"),
            (
                "collision_detection",
                "session_id, agent_id_1, agent_id_2, collision_type, description, severity, timestamp",
                "'early', 'a', 'b', 'file_conflict', :label, 'info', :moment",
            ),
            (
                "pipeline_metrics",
                "execution_id, stage, duration_ms, status, error_message, timestamp",
                ":label, 'μ₃_emit', iif(:label = 'early', 1, 2), 'failed', :label, :moment",
            ),
            (
                "slo_violations",
                "execution_id, metric, target_value, actual_value, severity, description, timestamp",
                "'early', 'm', 1, 2, 'warning', :label, :moment",
            ),
        ):
            ggen.execute(f"INSERT INTO {table} ({columns}, created_at) VALUES ({chosen}, :moment)", values)
        ggen.execute(
            "INSERT INTO agent_memory (agent_id, memory_json, updated_at) VALUES (:label, '{}', :moment)", values
        )
    ggen.execute("COMMIT")
    return ggen


@pytest.mark.parametrize(
    ("name", "values", "label", "expected"),
    [
        ("receipts_by_agent", {"agent_id": "a"}, "execution_id", DESCENDING),
        ("receipts_by_status", {"status": "passed"}, "execution_id", DESCENDING),
        ("receipts_in_range", WHOLE, "execution_id", DESCENDING),
        ("receipts_json_value", {"path": "$.x"}, "execution_id", DESCENDING),
        ("recent_executions", {}, "execution_id", DESCENDING),
        ("audit_trail_of_agent", {"agent_id": "a", **WHOLE}, "operation", DESCENDING),
        ("audit_by_status", {"status": "failed"}, "operation", DESCENDING),
        ("audit_of_execution", {"execution_id": "early"}, "operation", ASCENDING),
        ("slo_alerts", {"severity": "warning"}, "description", DESCENDING),
        ("slo_by_metric", {"metric": "m"}, "description", DESCENDING),
        ("collision_report", {"session_id": "early"}, "description", DESCENDING),
        ("collision_alerts", {"severity": "info"}, "description", DESCENDING),
        ("stage_slowest", {"stage": "μ₃_emit"}, "execution_id", DESCENDING),
        ("metrics_export", WHOLE, "error_message", ASCENDING),
        ("sessions_by_status", {"status": "running"}, "session_id", DESCENDING),
        ("sessions_recent", {}, "session_id", DESCENDING),
        ("agent_memory_recent", {}, "agent_id", DESCENDING),
    ],
)
def test_rows_that_tie_are_in_the_order_of_their_ids(
    name: str, values: dict[str, Any], label: str, expected: list[str], ordered: sqlite3.Connection
) -> None:
    """Whether SQLite reads them from an index or from the table: neither gives this order by itself."""
    for statistics in (False, True):
        if statistics:
            run(ordered, "analyze")
        (statement,) = statements(name)
        found = ordered.execute(statement, {"rows": 9, **values})
        position = [entry[0] for entry in found.description].index(label)
        assert [row[position] for row in found] == expected


def test_collisions_of_two_agents_are_ordered_by_their_number(ordered: sqlite3.Connection) -> None:
    ordered.execute(
        "INSERT INTO collision_detection (session_id, agent_id_1, agent_id_2, collision_type, description, severity,"
        " timestamp) VALUES ('early', 'b', 'a', 'memory_conflict', 'd', 'info', '2026-01-01'),"
        " ('early', 'b', 'a', 'memory_conflict', 'd', 'critical', '2026-01-01')"
    )
    assert run(ordered, "collisions_between", agent_id_1="a", agent_id_2="b") == [
        ("file_conflict", "info", 3, 3),
        ("memory_conflict", "critical", 1, 1),
        ("memory_conflict", "info", 1, 1),
    ]


def test_session_summary_counts_an_agent_once(ggen_seeded: sqlite3.Connection) -> None:
    (row,) = run(ggen_seeded, "session_summary", session_id="session-2026-01-26")
    assert row[8:] == (4, 3, 0, 6825, 1, 0)


def test_what_is_of_the_first_moment_to_keep_is_not_due(ordered: sqlite3.Connection) -> None:
    ordered.execute("UPDATE workflow_sessions SET status = 'completed'")
    tables = ["receipts", "pipeline_metrics", "slo_violations", "audit_log", "collision_detection", "workflow_sessions"]
    assert dict(run(ordered, "archive_due", before=EARLY)) == dict.fromkeys(tables, 0)
    # The younger violations go with the early receipt; its session is held by younger collisions.
    some = {"receipts": 1, "pipeline_metrics": 1, "slo_violations": 3, "audit_log": 1, "collision_detection": 1}
    assert dict(run(ordered, "archive_due", before=LATE)) == {**some, "workflow_sessions": 0}
    every = {**dict.fromkeys(tables, 3), "workflow_sessions": 3}
    assert dict(run(ordered, "archive_due", before="2026-01-02 00:00:01")) == every
    ordered.execute("UPDATE workflow_sessions SET status = 'running' WHERE session_id = 'early'")
    assert dict(run(ordered, "archive_due", before="2026-01-02 00:00:01")) == {**every, "workflow_sessions": 2}
    # Held by a younger receipt instead.
    ordered.execute("UPDATE workflow_sessions SET status = 'completed'")
    ordered.execute("DELETE FROM collision_detection")
    assert dict(run(ordered, "archive_due", before=LATE))["workflow_sessions"] == 1
    ordered.execute("UPDATE receipts SET session_id = 'early' WHERE execution_id = 'first late'")
    assert dict(run(ordered, "archive_due", before=LATE))["workflow_sessions"] == 0


# -------------------------------------------------------------------------------------------------------------- plans

# Enough rows that a wrong plan would be worse: 4,000 receipts of 20 agents in 90 days, and what belongs to them.
GROWN = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
INSERT INTO workflow_sessions (session_id, start_time, status, agent_count, created_at)
SELECT 's' || i, datetime('2026-01-01', printf('+%d hours', i * 10)),
    CASE WHEN i = 199 THEN 'running' WHEN i % 9 = 0 THEN 'failed' ELSE 'completed' END, 20,
    datetime('2026-01-01', printf('+%d hours', i * 10)) FROM n;

WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
INSERT INTO receipts (execution_id, agent_id, operation, status, timestamp, duration_ms, receipt_json, created_at,
    session_id)
SELECT 'e' || i, 'agent-' || (i % 20), iif(i % 2, 'generation', 'validation'), iif(i % 17, 'passed', 'failed'),
    strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01', printf('+%d minutes', i * 32)), i % 900,
    json_object('files', i % 30), datetime('2026-01-01', printf('+%d minutes', i * 32)),
    iif(i % 3, 's' || (i / 20), NULL)
FROM n;

INSERT INTO pipeline_metrics (execution_id, stage, duration_ms, status, timestamp, created_at)
SELECT r.execution_id, s.value, (r.id * 7 + s.key) % 800, iif((r.id + s.key) % 50, 'passed', 'failed'), r.timestamp,
    r.created_at
FROM receipts AS r, json_each('["μ₁_normalize", "μ₂_extract", "μ₃_emit", "μ₄_canonicalize", "μ₅_receipt"]') AS s;

INSERT INTO audit_log (timestamp, agent_id, operation, status, created_at)
SELECT r.timestamp, r.agent_id, r.operation,
    CASE WHEN r.status = 'failed' AND s.key = 1 THEN 'failed' WHEN s.key = 0 THEN 'started' ELSE 'completed' END,
    r.created_at
FROM receipts AS r, json_each('[0, 1]') AS s;

INSERT INTO slo_violations (execution_id, metric, target_value, actual_value, severity, timestamp, created_at)
SELECT r.execution_id, 'metric ' || (r.id % 12), 1, 2, iif(r.id % 5, 'warning', 'critical'), r.timestamp, r.created_at
FROM receipts AS r WHERE r.id % 10 = 0;

INSERT INTO collision_detection (session_id, agent_id_1, agent_id_2, collision_type, description, severity, timestamp,
    created_at)
SELECT s.session_id, 'agent-' || ((s.id + n.value) % 20), 'agent-' || ((s.id + 3 * n.value + 1) % 20),
    'file_conflict', 'd', iif(s.id % 7, 'info', 'critical'), s.start_time, s.created_at
FROM workflow_sessions AS s, json_each('[1, 2, 3]') AS n;

WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19)
INSERT INTO agent_memory (agent_id, memory_json, updated_at)
SELECT 'agent-' || i, '{}', datetime('2026-01-01', printf('+%d days', i)) FROM n;
"""


@pytest.mark.parametrize("statistics", ["without statistics", "after ANALYZE"])
def test_plans_use_the_indexes_that_the_queries_name(statistics: str, ggen: sqlite3.Connection) -> None:
    ggen.executescript(f"BEGIN; {GROWN} COMMIT;")
    if statistics == "after ANALYZE":
        run(ggen, "analyze")
        run(ggen, "archive_due", before="2026-02-01")  # reads the statistics in
    named = {name: header(name, "uses").split(", ") for name in NAMES if header(name, "uses")}
    unused = {}
    for name, indexes in named.items():
        found = plan(ggen, name)
        for index in indexes:
            if not re.search(rf"USING (COVERING )?INDEX {index}\b", found):
                unused[name, index] = found
    assert not unused


def test_every_index_is_used_by_a_query(ggen: sqlite3.Connection) -> None:
    named = {index for name in NAMES for index in header(name, "uses").split(", ") if index}
    indexes = ggen.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'index'"
        " AND tbl_name IN ('receipts', 'agent_memory', 'audit_log', 'workflow_sessions', 'collision_detection',"
        " 'pipeline_metrics', 'slo_violations')"
    )
    assert {index for (index,) in indexes} == named
    assert len(named) == 24


def test_a_filter_on_recent_rows_does_not_sort_the_table(ggen: sqlite3.Connection) -> None:
    """The latest rows come out of an index in its order: only rows of one moment are sorted among themselves."""
    for name in NAMES:
        if "rows" in parameters(name):
            sorted_ = [line for line in plan(ggen, name).splitlines() if "TEMP B-TREE" in line]
            assert all(re.search("FOR (RIGHT PART|LAST TERM) OF ORDER BY", line) for line in sorted_), name


# -------------------------------------------------------------------------------------------------- spellings of time


@pytest.mark.parametrize(
    ("instant", "millisecond_later", "spellings"),
    [
        (
            "2026-01-29T23:30:00.000Z",
            "2026-01-29T23:30:00.001Z",
            ["2026-01-29T23:30:00.000Z", "2026-01-30 13:30:00+14:00", "2026-01-29T11:30:00.000-12:00"],
        ),
        (
            "2026-01-30 00:30:00",
            "2026-01-30 00:30:00.001",
            ["2026-01-30T00:30:00.000Z", "2026-01-30 14:30:00+14:00", "2026-01-29T12:30:00.000-12:00"],
        ),
    ],
)
def test_periods_are_periods_of_time_and_not_of_text(
    instant: str, millisecond_later: str, spellings: list[str], ggen: sqlite3.Connection
) -> None:
    """One instant in spellings whose texts are up to a day apart: in every report of the period, in none beside it."""
    ggen.execute(
        "INSERT INTO receipts (execution_id, agent_id, operation, status, timestamp, duration_ms)"
        " VALUES ('e', 'a', 'watch', 'passed', '2026-01-29', 1)"
    )
    for spelling in spellings:
        ggen.execute(
            "INSERT INTO audit_log (timestamp, agent_id, operation, status) VALUES (?, 'a', 'o', 'started')",
            (spelling,),
        )
        ggen.execute(
            "INSERT INTO pipeline_metrics (execution_id, stage, duration_ms, status, timestamp)"
            " VALUES ('e', 'μ₁_normalize', 1, 'passed', ?)",
            (spelling,),
        )
    inside = {"since": instant, "until": millisecond_later}
    assert [row[3] for row in run(ggen, "compliance_report", **inside)] == [3]
    assert len(run(ggen, "audit_trail_of_agent", agent_id="a", **inside)) == 3
    assert len(run(ggen, "metrics_export", **inside)) == 3
    for beside in ({"since": "2026-01-28", "until": instant}, {"since": millisecond_later, "until": "2026-01-31"}):
        assert run(ggen, "compliance_report", **beside) == []
        assert run(ggen, "audit_trail_of_agent", agent_id="a", **beside) == []
        assert run(ggen, "metrics_export", **beside) == []


def test_compliance_report_tells_the_first_entry_from_the_last(ggen: sqlite3.Connection) -> None:
    """By time: as texts, these three are in another order."""
    for timestamp, duration in (
        ("2026-01-29T10:00:00Z", 1),
        ("2026-01-29 23:00:00", None),
        ("2026-01-29T09:00-02:00", 3),
    ):
        ggen.execute(
            "INSERT INTO audit_log (timestamp, agent_id, operation, status, duration_ms)"
            " VALUES (?, 'a', 'o', 'failed', ?)",
            (timestamp, duration),
        )
    assert run(ggen, "compliance_report", since="2026-01-29", until="2026-01-30") == [
        ("a", "o", "failed", 3, 4, "2026-01-29T10:00:00.000Z", "2026-01-29T23:00:00.000Z")
    ]


def test_audit_of_execution_lists_what_recent_executions_counts(ggen_seeded: sqlite3.Connection) -> None:
    counted = ggen_seeded.execute("SELECT execution_id, audit_entries FROM recent_executions").fetchall()
    assert len(counted) == 12
    for execution, entries in counted:
        assert len(run(ggen_seeded, "audit_of_execution", execution_id=execution)) == entries


def test_agent_performance_is_the_line_of_the_summary(ggen_seeded: sqlite3.Connection) -> None:
    for row in run(ggen_seeded, "agent_performance_summary"):
        assert run(ggen_seeded, "agent_performance", agent_id=row[0]) == [row]


# -------------------------------------------------------------------------------------------------------- maintenance


def test_memory_is_saved_the_first_time_and_again(ggen_seeded: sqlite3.Connection) -> None:
    run(ggen_seeded, "agent_memory_save", agent_id="agent-new", memory_json="{}")
    run(ggen_seeded, "agent_memory_save", agent_id="agent-generator", memory_json='{"templates": 13}')
    load = {name: run(ggen_seeded, "agent_memory_load", agent_id=name)[0] for name in ("agent-new", "agent-generator")}
    assert load["agent-new"][:4] == ("{}", None, 0, None)
    memory, history, retries, error, updated = load["agent-generator"]
    assert (memory, retries, error) == ('{"templates": 13}', 0, None)
    assert history.startswith('[{"with": "agent-emitter"')
    assert updated > "2026-01-29 10:05:01"


def test_vacuum_gives_space_back(ggen: sqlite3.Connection) -> None:
    ggen.executescript(f"BEGIN; {GROWN} COMMIT;")
    ggen.executescript("BEGIN; DELETE FROM audit_log; DELETE FROM pipeline_metrics; COMMIT;")
    before = run(ggen, "database_size")[0]
    assert before[1] > 0
    run(ggen, "vacuum")
    after = run(ggen, "database_size")[0]
    assert after[1] == 0
    assert after[0] < before[0]
    file = Path(ggen.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0])
    assert file.stat().st_size == after[0]


def test_analyze_writes_statistics_of_every_index(ggen: sqlite3.Connection) -> None:
    ggen.executescript(f"BEGIN; {GROWN} COMMIT;")
    run(ggen, "analyze")
    known = {index for (index,) in ggen.execute("SELECT idx FROM sqlite_stat1 WHERE idx IS NOT NULL")}
    assert {index for name in NAMES for index in header(name, "uses").split(", ") if index} <= known


def test_wal_checkpoint_empties_the_log(ggen: sqlite3.Connection) -> None:
    file = ggen.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    log = Path(f"{file}-wal")
    ggen.executescript(f"BEGIN; {GROWN} COMMIT;")
    assert log.stat().st_size > 0
    assert run(ggen, "wal_checkpoint") == [(0, 0, 0)]
    assert log.stat().st_size == 0


def test_size_is_measured_against_the_threshold_of_the_seed() -> None:
    """500 MB, without building them: the query's own arithmetic on other numbers."""
    statement = text("database_size")
    for source in ("pragma_page_count", "pragma_page_size", "pragma_freelist_count"):
        statement = statement.replace(source, f"fake_{source}")
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            "CREATE TABLE fake_pragma_page_count (page_count); CREATE TABLE fake_pragma_page_size (page_size);"
            "CREATE TABLE fake_pragma_freelist_count (freelist_count);"
            "INSERT INTO fake_pragma_page_count VALUES (0); INSERT INTO fake_pragma_page_size VALUES (1000);"
            "INSERT INTO fake_pragma_freelist_count VALUES (10);"
        )
        for pages, percent, advice in (
            (500_009, 100.0, "nothing to do"),
            (500_010, 100.0, "archive: run archive_copy, archive_delete, vacuum"),
            (250_210, 50.04, "nothing to do"),
        ):
            connection.execute("UPDATE fake_pragma_page_count SET page_count = ?", (pages,))
            assert connection.execute(statement).fetchone()[1:] == (10_000, percent, advice)


def test_backup_of_a_database_in_use_restores(ggen_seeded: sqlite3.Connection, tmp_path: Path) -> None:
    """The last rows are still in the log, and a reader is in the middle: a copy of the file would lose or tear them."""
    target = tmp_path / "backup.db"
    file = ggen_seeded.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM receipts").fetchone()
        run(ggen_seeded, "backup", target=str(target))
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as restored:
        assert run(restored, "recovery_check") == run(ggen_seeded, "recovery_check")
        tables = [name for (name,) in ggen_seeded.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            everything = f'SELECT * FROM "{table}" ORDER BY rowid'
            assert restored.execute(everything).fetchall() == ggen_seeded.execute(everything).fetchall()
        schema = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name"
        assert restored.execute(schema).fetchall() == ggen_seeded.execute(schema).fetchall()
        assert restored.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_backup_does_not_overwrite(ggen_seeded: sqlite3.Connection, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    run(ggen_seeded, "backup", target=str(target))
    first = target.read_bytes()
    with pytest.raises(sqlite3.OperationalError, match="output file already exists"):
        run(ggen_seeded, "backup", target=str(target))
    assert target.read_bytes() == first


def test_recovery_check_sees_a_lost_row_and_a_torn_page(ggen_seeded: sqlite3.Connection, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    run(ggen_seeded, "backup", target=str(target))
    original = run(ggen_seeded, "recovery_check")
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as restored:
        restored.execute("DELETE FROM audit_log WHERE id = 29")
        assert run(restored, "recovery_check") != original
        page, root = restored.execute(
            "SELECT s.page_size, r.rootpage FROM pragma_page_size AS s, sqlite_schema AS r"
            " WHERE r.name = 'idx_receipts_status'"
        ).fetchone()
    torn = bytearray(target.read_bytes())
    torn[(root - 1) * page + 8 : (root - 1) * page + 64] = bytes(56)
    target.write_bytes(torn)
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as restored:
        found = [row for row in run(restored, "recovery_check") if row[0] == "quick_check"]
        assert found != [("quick_check", "ok", None, None)]
