"""ggen on SQLite: the seed's 36 checks, and what the schema promises beyond them."""

from __future__ import annotations

import contextlib
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

# ------------------------------------------------------------------------------------------------ what the seed asks

ID = ("id", "INTEGER", False, None)
CREATED = ("created_at", "TIMESTAMP", True, "CURRENT_TIMESTAMP")


def column(name: str, type_: str = "TEXT", required: bool = True, default: str | None = None) -> tuple[Any, ...]:
    return (name, type_, required, default)


COLUMNS: dict[str, list[tuple[Any, ...]]] = {
    "workflow_sessions": [
        ID,
        column("session_id"),
        column("start_time", "TIMESTAMP"),
        column("end_time", "TIMESTAMP", False),
        column("status"),
        column("agent_count", "INTEGER"),
        column("total_duration_ms", "INTEGER", False),
        column("successful_operations", "INTEGER", False, "0"),
        column("failed_operations", "INTEGER", False, "0"),
        column("context_json", "TEXT", False),
        CREATED,
    ],
    "receipts": [
        ID,
        column("execution_id"),
        column("agent_id"),
        column("operation"),
        column("status"),
        column("timestamp"),
        column("manifest_hash", "TEXT", False),
        column("ontology_hash", "TEXT", False),
        column("files_generated", "INTEGER", False, "0"),
        column("files_modified", "INTEGER", False, "0"),
        column("duration_ms", "INTEGER"),
        column("receipt_json", "TEXT", False),
        column("error_message", "TEXT", False),
        column("environment", "TEXT", False),
        CREATED,
    ],
    "agent_memory": [
        ID,
        column("agent_id"),
        column("memory_json"),
        column("collision_history", "TEXT", False),
        column("retry_count", "INTEGER", False, "0"),
        column("last_error", "TEXT", False),
        column("updated_at", "TIMESTAMP", True, "CURRENT_TIMESTAMP"),
        CREATED,
    ],
    "audit_log": [
        ID,
        column("timestamp"),
        column("agent_id"),
        column("operation"),
        column("status"),
        column("duration_ms", "INTEGER", False),
        column("error_message", "TEXT", False),
        column("context_json", "TEXT", False),
        CREATED,
    ],
    "collision_detection": [
        ID,
        column("session_id"),
        column("agent_id_1"),
        column("agent_id_2"),
        column("collision_type"),
        column("description"),
        column("resolution", "TEXT", False),
        column("severity"),
        column("timestamp"),
        CREATED,
    ],
    "pipeline_metrics": [
        ID,
        column("execution_id"),
        column("stage"),
        column("duration_ms", "INTEGER"),
        column("input_size_bytes", "INTEGER", False),
        column("output_size_bytes", "INTEGER", False),
        column("status"),
        column("error_message", "TEXT", False),
        column("timestamp"),
        CREATED,
    ],
    "slo_violations": [
        ID,
        column("execution_id"),
        column("metric"),
        column("target_value", "REAL"),
        column("actual_value", "REAL"),
        column("severity"),
        column("description", "TEXT", False),
        column("timestamp"),
        CREATED,
    ],
}
COUNTS = {
    "workflow_sessions": 11,
    "receipts": 15,
    "agent_memory": 8,
    "audit_log": 9,
    "collision_detection": 10,
    "pipeline_metrics": 10,
    "slo_violations": 9,
}
OURS = [column("session_id", "TEXT", False)]
INDEXES = {
    "idx_receipts_agent_timestamp": ("receipts", "agent_id, timestamp DESC"),
    "idx_receipts_execution_id": ("receipts", "UNIQUE execution_id"),
    "idx_receipts_status": ("receipts", "status, created_at DESC"),
    "idx_receipts_created_at": ("receipts", "created_at DESC"),
    "idx_agent_memory_agent_id": ("agent_memory", "UNIQUE agent_id"),
    "idx_agent_memory_updated_at": ("agent_memory", "updated_at DESC"),
    "idx_audit_log_timestamp": ("audit_log", "timestamp DESC"),
    "idx_audit_log_agent_id": ("audit_log", "agent_id, timestamp DESC"),
    "idx_audit_log_status": ("audit_log", "status, created_at DESC"),
    "idx_workflow_sessions_session_id": ("workflow_sessions", "UNIQUE session_id"),
    "idx_workflow_sessions_status": ("workflow_sessions", "status, created_at DESC"),
    "idx_workflow_sessions_created_at": ("workflow_sessions", "created_at DESC"),
    "idx_collision_detection_session_id": ("collision_detection", "session_id, timestamp DESC"),
    "idx_collision_detection_agents": ("collision_detection", "agent_id_1, agent_id_2"),
    "idx_collision_detection_severity": ("collision_detection", "severity, created_at DESC"),
    "idx_pipeline_metrics_execution_id": ("pipeline_metrics", "execution_id"),
    "idx_pipeline_metrics_stage": ("pipeline_metrics", "stage, duration_ms DESC"),
    "idx_pipeline_metrics_timestamp": ("pipeline_metrics", "timestamp DESC"),
    "idx_slo_violations_execution_id": ("slo_violations", "execution_id"),
    "idx_slo_violations_metric": ("slo_violations", "metric, created_at DESC"),
    "idx_slo_violations_severity": ("slo_violations", "severity, created_at DESC"),
}
OUR_INDEXES = {
    "receipts_session_id_idx": ("receipts", "session_id, partial"),
    "audit_log_agent_instant_idx": ("audit_log", "agent_id, expression"),
    "pipeline_metrics_failed_idx": ("pipeline_metrics", "stage, partial"),
}
VIEWS = {
    "recent_executions": [
        "execution_id",
        "agent_id",
        "operation",
        "status",
        "timestamp",
        "files_generated",
        "files_modified",
        "duration_ms",
        "audit_entries",
        "slo_violations",
    ],
    "agent_performance_summary": [
        "agent_id",
        "total_executions",
        "successful_executions",
        "failed_executions",
        "avg_duration_ms",
        "min_duration_ms",
        "max_duration_ms",
        "total_files_generated",
        "last_execution",
    ],
    "pipeline_stage_performance": [
        "stage",
        "executions",
        "avg_duration_ms",
        "min_duration_ms",
        "max_duration_ms",
        "passed",
        "failed",
    ],
}
STAGES = ["μ₁_normalize", "μ₂_extract", "μ₃_emit", "μ₄_canonicalize", "μ₅_receipt"]
OPERATIONS = [
    "validation",
    "generation",
    "normalization",
    "extraction",
    "emission",
    "canonicalization",
    "receipt",
    "dry_run",
    "watch",
]
ENUMERATIONS = {
    ("receipts", "operation"): OPERATIONS,
    ("receipts", "status"): ["passed", "failed", "partial", "cancelled"],
    ("audit_log", "status"): ["started", "completed", "failed", "skipped"],
    ("workflow_sessions", "status"): ["running", "completed", "failed", "cancelled"],
    ("collision_detection", "collision_type"): [
        "file_conflict",
        "memory_conflict",
        "semantic_overlap",
        "structural_overlap",
    ],
    ("collision_detection", "severity"): ["info", "warning", "critical"],
    ("pipeline_metrics", "stage"): STAGES,
    ("pipeline_metrics", "status"): ["passed", "failed"],
    ("slo_violations", "severity"): ["warning", "critical"],
}

# ---------------------------------------------------------------------------------------------------- small helpers

NOON = "2026-01-29T12:00:00.000Z"
# The least that each table accepts.
ROWS: dict[str, dict[str, Any]] = {
    "workflow_sessions": {"session_id": "s", "start_time": NOON, "status": "running", "agent_count": 1},
    "receipts": {
        "execution_id": "e",
        "agent_id": "a",
        "operation": "generation",
        "status": "passed",
        "timestamp": NOON,
        "duration_ms": 10,
    },
    "agent_memory": {"agent_id": "a", "memory_json": "{}"},
    "audit_log": {"timestamp": NOON, "agent_id": "a", "operation": "anything at all", "status": "started"},
    "collision_detection": {
        "session_id": "s",
        "agent_id_1": "a",
        "agent_id_2": "b",
        "collision_type": "file_conflict",
        "description": "d",
        "severity": "info",
        "timestamp": NOON,
    },
    "pipeline_metrics": {
        "execution_id": "e",
        "stage": STAGES[0],
        "duration_ms": 10,
        "status": "passed",
        "timestamp": NOON,
    },
    "slo_violations": {
        "execution_id": "e",
        "metric": "m",
        "target_value": 1.0,
        "actual_value": 2.0,
        "severity": "warning",
        "timestamp": NOON,
    },
}
PARENTS = {
    "collision_detection": ["workflow_sessions"],
    "pipeline_metrics": ["receipts"],
    "slo_violations": ["receipts"],
}


def insert(connection: sqlite3.Connection, table: str, **values: Any) -> int:
    """Insert the least row of a table with some values changed; returns its id."""
    row = ROWS[table] | values
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    found = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id", row).fetchone()
    return int(found[0])


def with_parents(connection: sqlite3.Connection, table: str) -> None:
    for parent in PARENTS.get(table, []):
        insert(connection, parent)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def one(connection: sqlite3.Connection, sql: str, *values: Any) -> Any:
    return connection.execute(sql, values).fetchone()[0]


def names(connection: sqlite3.Connection, kind: str) -> set[str]:
    """Names of the family's own objects: the ledger of the runner is in the same file."""
    tables = tuple(COLUMNS)
    found = connection.execute(
        "SELECT s.name FROM sqlite_schema AS s WHERE s.type = ? AND s.name NOT LIKE 'sqlite@_%' ESCAPE '@'"
        f" AND (s.type = 'view' OR s.tbl_name IN ({', '.join('?' * len(tables))}))",
        (kind, *tables),
    )
    return {name for (name,) in found}


def columns(connection: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    found = connection.execute('SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)', (table,))
    return [(name, type_, bool(required), default) for name, type_, required, default in found]


# --------------------------------------------------------------------------------------------- the seed's 36 checks

Check = Callable[[sqlite3.Connection], None]


def table_exists(table: str) -> Check:
    def check(connection: sqlite3.Connection) -> None:
        assert table in names(connection, "table")

    return check


def column_exists(position: int) -> Check:
    def check(connection: sqlite3.Connection) -> None:
        assert columns(connection, "receipts")[position] == COLUMNS["receipts"][position]

    return check


def view_answers(view: str) -> Check:
    def check(connection: sqlite3.Connection) -> None:
        cursor = connection.execute(f"SELECT * FROM {view}")
        assert [entry[0] for entry in cursor.description] == VIEWS[view]

    return check


def twenty_indexes(connection: sqlite3.Connection) -> None:
    assert len([name for name in names(connection, "index") if name.startswith("idx_")]) >= 20


def unique_indexes(connection: sqlite3.Connection) -> None:
    for table, key in (("receipts", "execution_id"), ("agent_memory", "agent_id"), ("workflow_sessions", "session_id")):
        assert one(connection, 'SELECT "unique" FROM pragma_index_list(?) WHERE name = ?', table, f"idx_{table}_{key}")


def unique_constraint(connection: sqlite3.Connection) -> None:
    insert(connection, "receipts")
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE constraint failed: receipts\.execution_id"):
        insert(connection, "receipts")


def check_constraint(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed: receipts_status_check"):
        insert(connection, "receipts", status="unknown")


def integers_and_texts(connection: sqlite3.Connection) -> None:
    insert(connection, "receipts", files_generated=3)
    found = connection.execute("SELECT typeof(files_generated), typeof(duration_ms), typeof(agent_id) FROM receipts")
    assert found.fetchone() == ("integer", "integer", "text")


def timestamps_by_default(connection: sqlite3.Connection) -> None:
    insert(connection, "receipts")
    assert abs(one(connection, "SELECT julianday(created_at) - julianday('now') FROM receipts")) < 1 / 24


def json_is_extracted(connection: sqlite3.Connection) -> None:
    insert(connection, "receipts", receipt_json='{"files": [{"path": "a.rs"}]}')
    assert one(connection, "SELECT json_extract(receipt_json, '$.files[0].path') FROM receipts") == "a.rs"


def json_is_queried(connection: sqlite3.Connection) -> None:
    insert(connection, "agent_memory", agent_id="a", memory_json='{"level": 1}')
    insert(connection, "agent_memory", agent_id="b", memory_json='{"level": 2}')
    found = one(connection, "SELECT agent_id FROM agent_memory WHERE json_extract(memory_json, '$.level') > 1")
    assert found == "b"


def foreign_keys_are_enforced(connection: sqlite3.Connection) -> None:
    insert(connection, "receipts")
    insert(connection, "pipeline_metrics")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        connection.execute("DELETE FROM receipts")


def foreign_keys_reject(connection: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        insert(connection, "slo_violations", execution_id="nothing")


def whole_workflow(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        insert(connection, "workflow_sessions")
        for number, stage in enumerate(STAGES, start=1):
            insert(connection, "pipeline_metrics", stage=stage, duration_ms=number)
        insert(connection, "receipts", session_id="s", duration_ms=15)
        insert(connection, "audit_log")
        insert(connection, "collision_detection")
        insert(connection, "slo_violations")
        insert(connection, "agent_memory")
    assert connection.execute("SELECT audit_entries, slo_violations FROM recent_executions").fetchall() == [(1, 1)]
    assert connection.execute("SELECT stage FROM pipeline_stage_performance").fetchall() == [
        (stage,) for stage in reversed(STAGES)
    ]
    assert connection.execute("SELECT total_executions FROM agent_performance_summary").fetchall() == [(1,)]


SEED_CHECKS: dict[str, Check] = {
    **{f"table {table}": table_exists(table) for table in COLUMNS},
    **{f"column {entry[0]}": column_exists(position) for position, entry in enumerate(COLUMNS["receipts"])},
    "20 indexes": twenty_indexes,
    "unique indexes": unique_indexes,
    "unique constraint": unique_constraint,
    "check constraint": check_constraint,
    "integer and text": integers_and_texts,
    "timestamp": timestamps_by_default,
    "json extraction": json_is_extracted,
    "json query": json_is_queried,
    "foreign keys enforced": foreign_keys_are_enforced,
    "foreign keys reject": foreign_keys_reject,
    **{f"view {view}": view_answers(view) for view in VIEWS},
    "integration": whole_workflow,
}


def test_the_seed_has_36_checks() -> None:
    assert len(SEED_CHECKS) == 36


@pytest.mark.parametrize("check", SEED_CHECKS.values(), ids=SEED_CHECKS.keys())
def test_seed_check(check: Check, ggen: sqlite3.Connection) -> None:
    check(ggen)


# ------------------------------------------------------------------------------------------------- exactly the schema


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_those_of_the_specification(table: str, ggen: sqlite3.Connection) -> None:
    assert len(COLUMNS[table]) == COUNTS[table]
    assert columns(ggen, table) == COLUMNS[table] + (OURS if table == "receipts" else [])


def test_there_is_nothing_else(ggen: sqlite3.Connection) -> None:
    assert names(ggen, "table") == set(COLUMNS)
    assert names(ggen, "index") == set(INDEXES) | set(OUR_INDEXES)
    assert names(ggen, "trigger") == {"agent_memory_updated_at"}
    assert names(ggen, "view") == set(VIEWS)
    assert len(INDEXES) == 21


@pytest.mark.parametrize("index", [*INDEXES, *OUR_INDEXES])
def test_index_is_that_of_the_specification(index: str, ggen: sqlite3.Connection) -> None:
    table, expected = (INDEXES | OUR_INDEXES)[index]
    unique, partial = ggen.execute(
        'SELECT "unique", partial FROM pragma_index_list(?) WHERE name = ?', (table, index)
    ).fetchone()
    keys = ggen.execute('SELECT name, "desc" FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno', (index,))
    found = ", ".join((name or "expression") + (" DESC" if descending else "") for name, descending in keys)
    assert ("UNIQUE " if unique else "") + found + (", partial" if partial else "") == expected


@pytest.mark.parametrize("table", COLUMNS)
def test_nothing_is_indexed_twice(table: str, ggen: sqlite3.Connection) -> None:
    """No automatic index of a UNIQUE constraint beside a named one, and no index that another one begins with.

    A partial index is another thing than a whole one with the same columns: it holds other rows.
    """
    listed = ggen.execute("SELECT name, origin, partial FROM pragma_index_list(?)", (table,)).fetchall()
    assert {origin for _, origin, _ in listed} == {"c"}
    keys = {}
    for name, _, partial in listed:
        if partial:
            continue
        entries = ggen.execute('SELECT name, "desc" FROM pragma_index_xinfo(?) WHERE key = 1', (name,))
        keys[name] = tuple(entries)
    for name, key in keys.items():
        for other, longer in keys.items():
            assert name == other or longer[: len(key)] != key, f"{other} makes {name} needless"


@pytest.mark.parametrize("table", COLUMNS)
def test_the_id_of_a_deleted_row_is_not_handed_out_again(table: str, ggen: sqlite3.Connection) -> None:
    with_parents(ggen, table)
    first = insert(ggen, table)
    ggen.execute(f"DELETE FROM {table} WHERE id = ?", (first,))
    assert insert(ggen, table) == first + 1


@pytest.mark.parametrize(
    ("table", "name"), [(table, entry[0]) for table, entries in COLUMNS.items() for entry in entries if entry[2]]
)
def test_required_columns_refuse_null(table: str, name: str, ggen: sqlite3.Connection) -> None:
    with_parents(ggen, table)
    with pytest.raises(sqlite3.IntegrityError, match=rf"NOT NULL constraint failed: {table}\.{name}"):
        insert(ggen, table, **{name: None})


@pytest.mark.parametrize("table", COLUMNS)
def test_the_other_columns_accept_null(table: str, ggen: sqlite3.Connection) -> None:
    with_parents(ggen, table)
    optional = {name: None for name, _, required, _ in COLUMNS[table] if not required and name != "id"}
    insert(ggen, table, **optional)


# --------------------------------------------------------------------------------------------------------- constraints

COUNTED = [
    *[("workflow_sessions", name) for name in ("agent_count", "total_duration_ms")],
    *[("workflow_sessions", name) for name in ("successful_operations", "failed_operations")],
    *[("receipts", name) for name in ("files_generated", "files_modified", "duration_ms")],
    ("agent_memory", "retry_count"),
    ("audit_log", "duration_ms"),
    *[("pipeline_metrics", name) for name in ("duration_ms", "input_size_bytes", "output_size_bytes")],
]
MEASURED = [("slo_violations", "target_value"), ("slo_violations", "actual_value")]
JSON = [
    ("workflow_sessions", "context_json"),
    ("receipts", "receipt_json"),
    ("agent_memory", "memory_json"),
    ("agent_memory", "collision_history"),
    ("audit_log", "context_json"),
]


def refused(connection: sqlite3.Connection, table: str, name: str, value: Any) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=f"CHECK constraint failed: {table}_{name}_check"):
        insert(connection, table, **{name: value})


@pytest.mark.parametrize(("table", "name"), ENUMERATIONS)
def test_enumeration_is_closed(table: str, name: str, ggen: sqlite3.Connection) -> None:
    with_parents(ggen, table)
    for number, value in enumerate(ENUMERATIONS[table, name]):
        key = {"receipts": "execution_id", "workflow_sessions": "session_id"}.get(table)
        insert(ggen, table, **{name: value}, **({key: f"key {number}"} if key else {}))
        refused(ggen, table, name, value.upper())
        refused(ggen, table, name, value + " ")
    refused(ggen, table, name, "")
    refused(ggen, table, name, "unknown")


def test_operation_of_the_audit_log_is_free(ggen: sqlite3.Connection) -> None:
    insert(ggen, "audit_log", operation="anything at all")


@pytest.mark.parametrize(("table", "name"), COUNTED)
def test_count_refuses_what_is_none(table: str, name: str, ggen: sqlite3.Connection) -> None:
    with_parents(ggen, table)
    for value in (-1, 1.5, "many", "", b"1", float("inf"), 2**63 * 1.0):
        refused(ggen, table, name, value)


@pytest.mark.parametrize(("table", "name"), COUNTED)
@pytest.mark.parametrize("value", [0, 1, 2**63 - 1, "12", 12.0])
def test_count_accepts_what_is_one(table: str, name: str, value: Any, ggen: sqlite3.Connection) -> None:
    with_parents(ggen, table)
    row = insert(ggen, table, **{name: value})
    assert one(ggen, f"SELECT {name} FROM {table} WHERE id = ?", row) == int(value)


@pytest.mark.parametrize(("table", "name"), MEASURED)
def test_measurement_is_a_finite_number(table: str, name: str, ggen: sqlite3.Connection) -> None:
    with_parents(ggen, table)
    for value in ("slow", "", b"1", float("inf"), float("-inf")):
        refused(ggen, table, name, value)
    with pytest.raises(sqlite3.IntegrityError, match=rf"NOT NULL constraint failed: {table}\.{name}"):
        insert(ggen, table, **{name: float("nan")})
    for value in (0, -1, 99, 99.9, "99.9", 1.7976931348623157e308):
        row = insert(ggen, table, **{name: value})
        found = one(ggen, f"SELECT {name} FROM {table} WHERE id = ?", row)
        assert isinstance(found, float)
        assert found == float(value)


@pytest.mark.parametrize(("table", "name"), JSON)
def test_json_column_refuses_what_is_none(table: str, name: str, ggen: sqlite3.Connection) -> None:
    for value in ("", "{", "plain words", "{'a': 1}", '{"a": 1,}', "[1, 2"):
        refused(ggen, table, name, value)
    for number, value in enumerate(("{}", "[]", "null", "1", '"text"', '{"μ": ["₁", null, 1e3]}')):
        key = {"receipts": "execution_id", "workflow_sessions": "session_id", "agent_memory": "agent_id"}.get(table)
        insert(ggen, table, **{name: value}, **({key: f"key {number}"} if key else {}))


def test_an_agent_does_not_collide_with_itself(ggen: sqlite3.Connection) -> None:
    with_parents(ggen, "collision_detection")
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed: collision_detection_agents_check"):
        insert(ggen, "collision_detection", agent_id_1="a", agent_id_2="a")
    insert(ggen, "collision_detection", agent_id_1="b", agent_id_2="a")


@pytest.mark.parametrize(
    ("table", "key"),
    [("receipts", "execution_id"), ("agent_memory", "agent_id"), ("workflow_sessions", "session_id")],
)
def test_key_is_unique(table: str, key: str, ggen: sqlite3.Connection) -> None:
    insert(ggen, table)
    with pytest.raises(sqlite3.IntegrityError, match=rf"UNIQUE constraint failed: {table}\.{key}"):
        insert(ggen, table)
    insert(ggen, table, **{key: "another"})


# -------------------------------------------------------------------------------------------------------- foreign keys

REFERENCES = {
    "receipts": ("session_id", "workflow_sessions"),
    "collision_detection": ("session_id", "workflow_sessions"),
    "pipeline_metrics": ("execution_id", "receipts"),
    "slo_violations": ("execution_id", "receipts"),
}


@pytest.mark.parametrize("table", REFERENCES)
def test_child_may_come_before_its_parent_in_one_transaction(table: str, ggen: sqlite3.Connection) -> None:
    key, parent = REFERENCES[table]
    with transaction(ggen):
        insert(ggen, table, **{key: "late"})
        insert(ggen, parent, **{key: "late"})
    assert one(ggen, f"SELECT count(*) FROM {table}") == 1


@pytest.mark.parametrize("table", REFERENCES)
def test_child_without_parent_does_not_commit(table: str, ggen: sqlite3.Connection) -> None:
    key, _ = REFERENCES[table]
    ggen.execute("BEGIN")
    insert(ggen, table, **{key: "nothing"})
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        ggen.execute("COMMIT")
    ggen.execute("ROLLBACK")
    assert one(ggen, f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("table", REFERENCES)
def test_parent_with_a_child_stays(table: str, ggen: sqlite3.Connection) -> None:
    key, parent = REFERENCES[table]
    with transaction(ggen):
        insert(ggen, parent, **{key: "k"})
        insert(ggen, table, **{key: "k"})
    for change in (f"DELETE FROM {parent} WHERE {key} = 'k'", f"UPDATE {parent} SET {key} = 'l' WHERE {key} = 'k'"):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
            ggen.execute(change)


def test_the_data_flow_of_the_seed_commits(ggen: sqlite3.Connection) -> None:
    """Five metrics, then their receipt: with foreign keys that do not wait, the first metric would fail."""
    with transaction(ggen):
        for stage in STAGES:
            insert(ggen, "pipeline_metrics", stage=stage)
        insert(ggen, "receipts")
    assert one(ggen, "SELECT count(*) FROM pipeline_metrics") == 5


def test_the_data_flow_without_its_receipt_does_not_commit(ggen: sqlite3.Connection) -> None:
    ggen.execute("BEGIN")
    for stage in STAGES:
        insert(ggen, "pipeline_metrics", stage=stage)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        ggen.execute("COMMIT")
    ggen.execute("ROLLBACK")


def test_receipt_need_not_have_a_session(ggen: sqlite3.Connection) -> None:
    insert(ggen, "receipts", session_id=None)


@pytest.mark.parametrize("table", REFERENCES)
def test_deleting_a_parent_does_not_scan_its_children(table: str, ggen: sqlite3.Connection) -> None:
    key, _ = REFERENCES[table]
    plan = ggen.execute(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {key} = 'k'").fetchall()
    assert [re.match(r"SEARCH \w+ USING (COVERING )?INDEX", entry[3]) is not None for entry in plan] == [True]


# ---------------------------------------------------------------------------------------------------------- updated_at

LONG_AGO = "2000-01-01 00:00:00"


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agent_id", "'b'"),
        ("memory_json", "'[1]'"),
        ("memory_json", "memory_json"),
        ("collision_history", "'[]'"),
        ("retry_count", "retry_count + 1"),
        ("last_error", "'e'"),
        ("created_at", "'2001-01-01 00:00:00'"),
        ("id", "id + 10"),
    ],
)
def test_every_change_of_a_memory_is_dated(recursive: str, name: str, value: str, ggen: sqlite3.Connection) -> None:
    ggen.execute(f"PRAGMA recursive_triggers = {recursive}")
    insert(ggen, "agent_memory", updated_at=LONG_AGO)
    insert(ggen, "agent_memory", agent_id="other", updated_at=LONG_AGO)
    ggen.execute(f"UPDATE agent_memory SET {name} = {value} WHERE agent_id = 'a'")
    assert abs(one(ggen, "SELECT julianday(max(updated_at)) - julianday('now') FROM agent_memory")) < 1 / 24
    assert one(ggen, "SELECT updated_at FROM agent_memory WHERE agent_id = 'other'") == LONG_AGO


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
def test_time_that_the_application_sets_is_kept(recursive: str, ggen: sqlite3.Connection) -> None:
    ggen.execute(f"PRAGMA recursive_triggers = {recursive}")
    insert(ggen, "agent_memory", updated_at=LONG_AGO)
    ggen.execute("UPDATE agent_memory SET memory_json = '[1]', updated_at = '2010-01-01 00:00:00'")
    assert one(ggen, "SELECT updated_at FROM agent_memory") == "2010-01-01 00:00:00"
    ggen.execute("UPDATE agent_memory SET updated_at = '2011-01-01 00:00:00'")
    assert one(ggen, "SELECT updated_at FROM agent_memory") == "2011-01-01 00:00:00"


def test_upsert_is_dated(ggen: sqlite3.Connection) -> None:
    insert(ggen, "agent_memory", updated_at=LONG_AGO)
    ggen.execute(
        "INSERT INTO agent_memory (agent_id, memory_json) VALUES ('a', '[2]')"
        " ON CONFLICT (agent_id) DO UPDATE SET memory_json = excluded.memory_json"
    )
    memory, updated = ggen.execute("SELECT memory_json, updated_at FROM agent_memory").fetchone()
    assert memory == "[2]"
    assert updated > LONG_AGO


# ------------------------------------------------------------------------------------------------------- audit_entries

START = datetime(2026, 1, 29, 10, 0, 0, 250_000, tzinfo=UTC)


def spelled(instant: datetime, form: str) -> str:
    """One instant in one of the spellings that SQLite reads."""
    milliseconds = f"{instant.microsecond // 1000:03d}"
    east = instant + timedelta(hours=5, minutes=30)
    west = instant - timedelta(hours=8)
    return {
        "T and Z": f"{instant:%Y-%m-%dT%H:%M:%S}.{milliseconds}Z",
        "T": f"{instant:%Y-%m-%dT%H:%M:%S}.{milliseconds}",
        "space": f"{instant:%Y-%m-%d %H:%M:%S}.{milliseconds}",
        "space and Z": f"{instant:%Y-%m-%d %H:%M:%S}.{milliseconds}Z",
        "east": f"{east:%Y-%m-%dT%H:%M:%S}.{milliseconds}+05:30",
        "west": f"{west:%Y-%m-%d %H:%M:%S}.{milliseconds}-08:00",
        "microseconds": f"{instant:%Y-%m-%dT%H:%M:%S}.{milliseconds}000+00:00",
    }[form]


FORMS = ["T and Z", "T", "space", "space and Z", "east", "west", "microseconds"]


def millisecond(count: int) -> timedelta:
    return timedelta(milliseconds=count)


def audit_entries(connection: sqlite3.Connection, execution: str = "e") -> int:
    return int(one(connection, "SELECT audit_entries FROM recent_executions WHERE execution_id = ?", execution))


@pytest.mark.parametrize("receipt_form", FORMS)
@pytest.mark.parametrize("entry_form", FORMS)
def test_audit_entries_are_exact_at_both_ends(receipt_form: str, entry_form: str, ggen: sqlite3.Connection) -> None:
    duration = 1_500
    insert(ggen, "receipts", timestamp=spelled(START, receipt_form), duration_ms=duration)
    for offset, counted in ((-1, 0), (0, 1), (1, 2), (duration - 1, 3), (duration, 4), (duration + 1, 4)):
        insert(ggen, "audit_log", timestamp=spelled(START + millisecond(offset), entry_form))
        assert audit_entries(ggen) == counted, f"{offset} ms after the start"


@pytest.mark.parametrize("duration", [0, 1, 999, 86_400_000, 2**40])
def test_audit_entries_are_exact_for_any_duration(duration: int, ggen: sqlite3.Connection) -> None:
    insert(ggen, "receipts", timestamp=spelled(START, "T and Z"), duration_ms=duration)
    insert(ggen, "audit_log", timestamp=spelled(START + millisecond(duration), "space"))
    insert(ggen, "audit_log", timestamp=spelled(START + millisecond(duration + 1), "space"))
    assert audit_entries(ggen) == 1


def test_whole_seconds_and_whole_days_are_instants_too(ggen: sqlite3.Connection) -> None:
    insert(ggen, "receipts", timestamp="2026-01-29", duration_ms=1_000)
    for timestamp in ("2026-01-29 00:00:00", "2026-01-29T00:00", "2026-01-29", "2026-01-29T00:00:01Z"):
        insert(ggen, "audit_log", timestamp=timestamp)
    insert(ggen, "audit_log", timestamp="2026-01-29T00:00:02Z")
    assert audit_entries(ggen) == 4


def test_only_the_same_agent_is_counted(ggen: sqlite3.Connection) -> None:
    insert(ggen, "receipts", agent_id="a")
    insert(ggen, "audit_log", agent_id="b")
    assert audit_entries(ggen) == 0
    insert(ggen, "audit_log", agent_id="a")
    assert audit_entries(ggen) == 1


def test_entry_belongs_to_every_execution_that_it_falls_into(ggen: sqlite3.Connection) -> None:
    insert(ggen, "receipts", execution_id="long", timestamp=spelled(START, "T"), duration_ms=5_000)
    insert(ggen, "receipts", execution_id="short", timestamp=spelled(START + millisecond(500), "T"), duration_ms=10)
    insert(ggen, "audit_log", timestamp=spelled(START + millisecond(505), "T"))
    assert (audit_entries(ggen, "long"), audit_entries(ggen, "short")) == (1, 1)


def test_instants_are_whole_milliseconds_for_two_centuries(ggen: sqlite3.Connection, project: Path) -> None:
    """The expression of the index and the view gives back every millisecond that went in."""
    step = (project / "migrations/ggen/sqlite/0004.ggen-audit-log.sql").read_text(encoding="utf-8")
    found = re.search(r"cast\(round\(.*?\) AS INTEGER\)", step)
    assert found
    expression = found.group().replace("timestamp", "?1")
    dice = random.Random(1970)  # the same instants each time
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for _ in range(2_000):
        expected = dice.randrange(-30 * 365 * 86_400_000, 170 * 365 * 86_400_000)
        text = spelled(epoch + millisecond(expected), dice.choice(FORMS))
        assert one(ggen, f"SELECT {expression}", text) == expected, text


def test_a_time_that_is_none_is_not_counted(ggen: sqlite3.Connection) -> None:
    insert(ggen, "receipts", timestamp="yesterday")
    insert(ggen, "audit_log", timestamp="yesterday")
    assert audit_entries(ggen) == 0


def test_the_audit_log_refuses_the_word_now(ggen: sqlite3.Connection) -> None:
    """It would mean another instant at every reading; the index on the instant does not take it."""
    with pytest.raises(sqlite3.OperationalError, match="non-deterministic"):
        insert(ggen, "audit_log", timestamp="now")


# --------------------------------------------------------------------------------------------------------------- views


def test_recent_executions_are_the_last_100_by_created_at(ggen: sqlite3.Connection) -> None:
    """Inserted out of order, so that neither id nor timestamp can stand in for created_at."""
    order = list(range(150))
    random.Random(100).shuffle(order)
    with transaction(ggen):
        for number in order:
            created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
            insert(ggen, "receipts", execution_id=f"{number:03d}", created_at=f"{created:%Y-%m-%d %H:%M:%S}")
    found = [execution for (execution,) in ggen.execute("SELECT execution_id FROM recent_executions")]
    assert found == [f"{number:03d}" for number in range(149, 49, -1)]


def test_recent_executions_of_one_second_are_the_last_inserted(ggen: sqlite3.Connection) -> None:
    with transaction(ggen):
        for number in range(101):
            insert(ggen, "receipts", execution_id=f"{number:03d}", created_at="2026-01-01 00:00:00")
    found = [execution for (execution,) in ggen.execute("SELECT execution_id FROM recent_executions")]
    assert found == [f"{number:03d}" for number in range(100, 0, -1)]


def test_recent_executions_on_the_seed_rows(ggen_seeded: sqlite3.Connection) -> None:
    found = ggen_seeded.execute(
        "SELECT execution_id, status, files_generated, duration_ms, audit_entries, slo_violations"
        " FROM recent_executions"
    ).fetchall()
    assert found == [
        ("exec-0012", "passed", 0, 900, 3, 1),
        ("exec-0011", "passed", 21, 2570, 2, 0),
        ("exec-0010", "passed", 8, 2200, 3, 0),
        ("exec-0009", "passed", None, 520, 2, 0),
        ("exec-0008", "cancelled", 0, 900, 2, 0),
        ("exec-0007", "partial", 9, 6650, 2, 2),
        ("exec-0006", "passed", 0, 1550, 2, 0),
        ("exec-0005", "failed", 0, 2730, 2, 1),
        ("exec-0004", "passed", 0, 1000, 2, 0),
        ("exec-0003", "passed", 17, 2375, 2, 0),
        ("exec-0002", "passed", 42, 2850, 2, 0),
        ("exec-0001", "passed", 0, 600, 2, 0),
    ]


def test_agent_performance_summary_on_the_seed_rows(ggen_seeded: sqlite3.Connection) -> None:
    assert ggen_seeded.execute("SELECT * FROM agent_performance_summary").fetchall() == [
        ("agent-generator", 5, 4, 0, 2720.0, 900, 6650, 59, "2026-01-29T10:05:00.000Z"),
        ("agent-validator", 3, 2, 1, 1283.33, 520, 2730, 0, "2026-01-28T16:00:00.000Z"),
        ("agent-emitter", 2, 2, 0, 2472.5, 2375, 2570, 38, "2026-01-29T10:00:01.500Z"),
        ("agent-extractor", 1, 1, 0, 1550.0, 1550, 1550, 0, "2026-01-27T14:32:00.000Z"),
        ("agent-normalizer", 1, 0, 0, 900.0, 900, 900, 0, "2026-01-28T08:00:05.000Z"),
    ]


def test_pipeline_stage_performance_on_the_seed_rows(ggen_seeded: sqlite3.Connection) -> None:
    assert ggen_seeded.execute("SELECT * FROM pipeline_stage_performance").fetchall() == [
        ("μ₃_emit", 12, 1009.17, 0, 5200, 9, 3),
        ("μ₂_extract", 12, 621.67, 0, 2600, 10, 2),
        ("μ₁_normalize", 12, 191.25, 50, 900, 11, 1),
        ("μ₄_canonicalize", 12, 179.17, 0, 720, 10, 2),
        ("μ₅_receipt", 12, 69.17, 0, 610, 10, 2),
    ]


def test_stage_without_a_failure_is_shown_with_none(ggen: sqlite3.Connection) -> None:
    insert(ggen, "receipts")
    insert(ggen, "pipeline_metrics", stage=STAGES[0], duration_ms=3)
    insert(ggen, "pipeline_metrics", stage=STAGES[1], duration_ms=4, status="failed")
    assert ggen.execute("SELECT stage, executions, passed, failed FROM pipeline_stage_performance").fetchall() == [
        (STAGES[1], 1, 0, 1),
        (STAGES[0], 1, 1, 0),
    ]


def test_agents_that_tie_are_in_the_order_of_their_names(ggen: sqlite3.Connection) -> None:
    for agent in "cab":
        insert(ggen, "receipts", execution_id=agent, agent_id=agent, files_generated=None)
    found = ggen.execute("SELECT agent_id, total_files_generated FROM agent_performance_summary").fetchall()
    assert found == [("a", 0), ("b", 0), ("c", 0)]


def test_views_are_empty_without_rows(ggen: sqlite3.Connection) -> None:
    for view in VIEWS:
        assert ggen.execute(f"SELECT * FROM {view}").fetchall() == []


# --------------------------------------------------------------------------------------------------------- concurrency


def test_reader_and_writer_do_not_wait_for_each_other(ggen_seeded: sqlite3.Connection) -> None:
    file = one(ggen_seeded, "SELECT file FROM pragma_database_list WHERE name = 'main'")
    assert one(ggen_seeded, "PRAGMA journal_mode") == "wal"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as reader:
        ggen_seeded.execute("BEGIN IMMEDIATE")
        insert(ggen_seeded, "receipts")
        assert one(reader, "SELECT count(*) FROM recent_executions") == 12
        ggen_seeded.execute("COMMIT")
        assert one(reader, "SELECT count(*) FROM recent_executions") == 13
        reader.execute("BEGIN")
        assert one(reader, "SELECT count(*) FROM receipts") == 13
        insert(ggen_seeded, "receipts", execution_id="f")
        assert one(reader, "SELECT count(*) FROM receipts") == 13


def test_seed_rows_use_every_word_of_every_enumeration(ggen_seeded: sqlite3.Connection) -> None:
    for (table, name), words in ENUMERATIONS.items():
        assert {word for (word,) in ggen_seeded.execute(f"SELECT {name} FROM {table}")} == set(words), (table, name)
