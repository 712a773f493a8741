"""agentdb on DuckDB: the seed's use cases as it writes them, and what the schema promises beyond them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, call

Connection = duckdb.DuckDBPyConnection
Row = tuple[Any, ...]
CHECKS = ROOT / "sql" / "checks" / "agentdb" / "duckdb"
SEED = (ROOT / "sql" / "seed" / "agentdb" / "duckdb.sql").read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------------------------- small helpers


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("agentdb") / "agentdb.duckdb"
    result = call("up", "agentdb", "--url", f"duckdb:///{path}")
    assert result.code == 0, result.err
    return path


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """A database on which every step of agentdb is applied."""
    return Path(shutil.copyfile(template, tmp_path / "agentdb.duckdb"))


@pytest.fixture
def db(file: Path) -> Iterator[Connection]:
    with contextlib.closing(duckdb.connect(file)) as connection:
        yield connection


@pytest.fixture
def seeded(db: Connection) -> Connection:
    """The same with the family's seed rows in it."""
    db.execute(f"BEGIN; {SEED} COMMIT")
    return db


def rows(db: Connection, sql: str, *values: object) -> list[Row]:
    return db.execute(sql, list(values) or None).fetchall()


def one(db: Connection, sql: str, *values: object) -> Any:
    ((value,),) = rows(db, sql, *values)
    return value


def violations(db: Connection, name: str) -> list[Row]:
    """What a check of the family returns."""
    statements = db.extract_statements((CHECKS / f"{name}.sql").read_text(encoding="utf-8"))
    return [row for statement in statements for row in db.execute(statement).fetchall()]


def insert(db: Connection, table: str, **changes: object) -> str:
    """Insert a valid row with some values of the test's own; returns its key."""
    key = str(uuid.uuid4())
    values: dict[str, object] = {
        "agent_synchronizations": {
            "sync_id": key,
            "agent_id": "agent-001",
            "sync_type": "file_update",
            "source_location": "a",
            "target_location": "b",
            "pattern": "todo_bidirectional",
            "status": "pending",
            "created_by": "claude-code",
        },
        "sync_executions": {
            "execution_id": key,
            "execution_order": 1,
            "operation_type": "read",
            "operation_result": "success",
        },
        "sync_audit_trail": {
            "audit_id": key,
            "event_type": "sync_initiated",
            "actor": "claude-code",
            "actor_role": "autonomous_agent",
            "compliance_context": '{"purpose": "test"}',
            "event_details": "{}",
        },
    }[table]
    values |= changes
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))
    return str(next(iter(values.values())))


def sync(db: Connection, **changes: object) -> str:
    return insert(db, "agent_synchronizations", **changes)


def execution(db: Connection, sync_id: str, **changes: object) -> str:
    return insert(db, "sync_executions", sync_id=sync_id, **changes)


def event(db: Connection, sync_id: str, **changes: object) -> str:
    return insert(db, "sync_audit_trail", sync_id=sync_id, **changes)


def refused(db: Connection, error: type[duckdb.Error], words: str, sql: str, *values: object) -> None:
    with pytest.raises(error, match=words):
        db.execute(sql, list(values) or None)


def keys_agree(db: Connection) -> bool:
    return violations(db, "keys") == [] and violations(db, "orphans") == []


# ------------------------------------------------------------------------------------------------- what the seed names

NOW = "CURRENT_TIMESTAMP"
TIME = "TIMESTAMP WITH TIME ZONE"
COLUMNS: dict[str, list[tuple[str, str, bool, str | None]]] = {
    "schema_metadata": [
        ("schema_name", "VARCHAR", True, None),
        ("schema_version", "VARCHAR", True, None),
        ("applied_at", TIME, True, NOW),
        ("applied_by", "VARCHAR", True, None),
        ("description", "VARCHAR", False, None),
    ],
    "agent_synchronizations": [
        ("sync_id", "VARCHAR", True, None),
        ("agent_id", "VARCHAR", True, None),
        ("worktree_path", "VARCHAR", False, None),
        ("sync_type", "VARCHAR", True, None),
        ("source_location", "VARCHAR", True, None),
        ("target_location", "VARCHAR", True, None),
        ("pattern", "VARCHAR", True, None),
        ("status", "VARCHAR", True, None),
        ("created_at", TIME, True, NOW),
        ("completed_at", TIME, False, None),
        ("created_by", "VARCHAR", True, None),
        ("metadata", "JSON", False, None),
    ],
    "sync_executions": [
        ("execution_id", "VARCHAR", True, None),
        ("sync_id", "VARCHAR", True, None),
        ("execution_order", "INTEGER", True, None),
        ("operation_type", "VARCHAR", True, None),
        ("file_path", "VARCHAR", False, None),
        ("phi_accessed", "BOOLEAN", True, "false"),
        ("phi_justification", "VARCHAR", False, None),
        ("operation_result", "VARCHAR", True, None),
        ("error_message", "VARCHAR", False, None),
        ("started_at", TIME, True, NOW),
        ("completed_at", TIME, False, None),
        ("duration_ms", "INTEGER", False, None),
        ("checksum_before", "VARCHAR", False, None),
        ("checksum_after", "VARCHAR", False, None),
        ("metadata", "JSON", False, None),
    ],
    "sync_audit_trail": [
        ("audit_id", "VARCHAR", True, None),
        ("sync_id", "VARCHAR", True, None),
        ("execution_id", "VARCHAR", False, None),
        ("event_type", "VARCHAR", True, None),
        ("actor", "VARCHAR", True, None),
        ("actor_role", "VARCHAR", True, None),
        ("timestamp", TIME, True, NOW),
        ("phi_involved", "BOOLEAN", True, "false"),
        ("compliance_context", "JSON", True, None),
        ("event_details", "JSON", True, None),
        ("ip_address", "VARCHAR", False, None),
        ("session_id", "VARCHAR", False, None),
    ],
}
INDEXES = {
    "agent_synchronizations": {
        "idx_sync_agent": "[agent_id]",
        "idx_sync_status": "[status]",
        "idx_sync_created": "[created_at]",
        "idx_sync_pattern": "[pattern]",
        "idx_sync_worktree": "[worktree_path]",
        "idx_sync_agent_status": "[agent_id, status]",
    },
    "sync_executions": {
        "idx_exec_sync": "[sync_id, execution_order]",
        "idx_exec_result": "[operation_result]",
        "idx_exec_phi": "[phi_accessed]",
        "idx_exec_started": "[started_at]",
        "idx_exec_file": "[file_path]",
        "idx_exec_sync_result": "[sync_id, operation_result]",
    },
    "sync_audit_trail": {
        "idx_audit_sync": """[sync_id, '"timestamp"']""",
        "idx_audit_execution": "[execution_id]",
        "idx_audit_event": "[event_type]",
        "idx_audit_timestamp": """['"timestamp"']""",
        "idx_audit_phi": "[phi_involved]",
        "idx_audit_actor": "[actor]",
        "idx_audit_session": "[session_id]",
        "idx_audit_phi_actor_time": """[phi_involved, actor, '"timestamp"']""",
    },
}
VIEWS = {
    "v_current_sync_status": "sync_id agent_id worktree_path sync_type pattern status created_at completed_at "
    "created_by execution_count phi_access_count failure_count total_duration_ms",
    "v_phi_access_audit": "audit_id timestamp actor actor_role event_type sync_type pattern file_path "
    "phi_justification compliance_context session_id",
    "v_sync_performance": "pattern sync_type total_syncs successful_syncs failed_syncs avg_duration_ms max_duration_ms",
    "v_failed_operations": "execution_id sync_id sync_type pattern operation_type file_path error_message started_at "
    "created_by audit_event_count",
}


@pytest.mark.parametrize("table", COLUMNS)
def test_columns(db: Connection, table: str) -> None:
    found = rows(
        db,
        "SELECT column_name, data_type, NOT is_nullable, column_default FROM duckdb_columns() WHERE table_name = ? "
        "ORDER BY column_index",
        table,
    )
    assert found == COLUMNS[table]


def test_the_twenty_indexes(db: Connection) -> None:
    found = rows(db, "SELECT table_name, index_name, expressions, is_unique FROM duckdb_indexes()")
    wanted = [(table, name, on, False) for table, indexes in INDEXES.items() for name, on in indexes.items()]
    assert sorted(found) == sorted(wanted)
    assert len(found) == 20


def test_the_four_views(db: Connection) -> None:
    found = {
        name: " ".join(row[0] for row in rows(db, f"DESCRIBE {name}"))
        for (name,) in rows(db, "SELECT view_name FROM duckdb_views() WHERE NOT internal")
    }
    assert found == VIEWS


def test_the_database_says_which_schema_it_holds(db: Connection) -> None:
    result = db.execute("""
    SELECT * FROM schema_metadata WHERE schema_name = 'agentdb_sync_schema'
""").fetchone()
    assert result and result[1] == "1.0.0"
    assert abs(result[2] - datetime.now(UTC)) < timedelta(hours=1)
    assert result[3] == "rung"
    assert result[4]
    assert one(db, "SELECT count(*) FROM schema_metadata") == 1


# -------------------------------------------------------------------------------------- the seed's use cases, section 4


def test_use_case_1_bidirectional_todo_file(db: Connection) -> None:
    conn = db
    sync_id = str(uuid.uuid4())
    conn.execute(
        """
    INSERT INTO agent_synchronizations (
        sync_id, agent_id, worktree_path, sync_type,
        source_location, target_location, pattern, status, created_by
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
""",
        [
            sync_id,
            "agent-001",
            "../german_feature_auth",
            "file_update",
            "../TODO_feature_20251116_auth.md",
            "worktree/TODO_feature_20251116_auth.md",
            "todo_bidirectional",
            "pending",
            "claude-code",
        ],
    )
    audit_id = str(uuid.uuid4())
    conn.execute(
        """
    INSERT INTO sync_audit_trail (
        audit_id, sync_id, event_type, actor, actor_role,
        timestamp, phi_involved, compliance_context, event_details
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
""",
        [
            audit_id,
            sync_id,
            "sync_initiated",
            "claude-code",
            "autonomous_agent",
            datetime.now(timezone.utc),  # noqa: UP017 - as the seed writes it
            False,
            json.dumps(
                {
                    "purpose": "Synchronize workflow state for feature development",
                    "legal_basis": "Normal development operations",
                    "data_minimization": "No PHI involved",
                }
            ),
            json.dumps({"sync_pattern": "todo_bidirectional", "worktree": "../german_feature_auth"}),
        ],
    )
    # Read operation
    exec_id_read = str(uuid.uuid4())
    conn.execute(
        """
    INSERT INTO sync_executions (
        execution_id, sync_id, execution_order, operation_type,
        file_path, phi_accessed, operation_result, started_at,
        completed_at, duration_ms, checksum_before
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
""",
        [
            exec_id_read,
            sync_id,
            1,
            "read",
            "../TODO_feature_20251116_auth.md",
            False,
            "success",
            datetime.now(timezone.utc),  # noqa: UP017
            datetime.now(timezone.utc),  # noqa: UP017
            45,
            "sha256:abc123...",
        ],
    )
    # Write operation
    exec_id_write = str(uuid.uuid4())
    conn.execute(
        """
    INSERT INTO sync_executions (
        execution_id, sync_id, execution_order, operation_type,
        file_path, phi_accessed, operation_result, started_at,
        completed_at, duration_ms, checksum_before, checksum_after
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
""",
        [
            exec_id_write,
            sync_id,
            2,
            "write",
            "worktree/TODO_feature_20251116_auth.md",
            False,
            "success",
            datetime.now(timezone.utc),  # noqa: UP017
            datetime.now(timezone.utc),  # noqa: UP017
            65,
            "sha256:abc123...",
            "sha256:abc123...",
        ],
    )
    # This is what no declared foreign key of DuckDB lets pass.
    conn.execute(
        """
    UPDATE agent_synchronizations
    SET status = 'completed', completed_at = ?
    WHERE sync_id = ?
""",
        [datetime.now(timezone.utc), sync_id],  # noqa: UP017
    )
    # Log completion audit event
    audit_id_complete = str(uuid.uuid4())
    conn.execute(
        """
    INSERT INTO sync_audit_trail (
        audit_id, sync_id, event_type, actor, actor_role,
        timestamp, phi_involved, compliance_context, event_details
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
""",
        [
            audit_id_complete,
            sync_id,
            "sync_completed",
            "claude-code",
            "autonomous_agent",
            datetime.now(timezone.utc),  # noqa: UP017
            False,
            json.dumps({"purpose": "Completion of TODO sync"}),
            json.dumps({"execution_count": 2, "total_duration_ms": 110}),
        ],
    )
    ((status, count, phi, failures, total),) = rows(
        db,
        "SELECT status, execution_count, phi_access_count, failure_count, total_duration_ms FROM v_current_sync_status "
        "WHERE sync_id = ?",
        sync_id,
    )
    assert (status, count, phi, failures, total) == ("completed", 2, 0, 0, 110)
    assert one(db, "SELECT count(*) FROM duckdb_indexes()") == 20
    for check in CHECKS.glob("*.sql"):
        assert violations(db, check.stem) == [], check.stem


def test_use_case_2_phi(db: Connection) -> None:
    conn = db
    sync_id = sync(db)
    exec_id = str(uuid.uuid4())
    conn.execute(
        """
    INSERT INTO sync_executions (
        execution_id, sync_id, execution_order, operation_type,
        file_path, phi_accessed, phi_justification,
        operation_result, started_at, completed_at, duration_ms
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
""",
        [
            exec_id,
            sync_id,
            1,
            "read",
            "data/patient_records.csv",
            True,  # PHI accessed
            "Required to analyze patient outcomes for IRB-2025-123 research protocol",
            "success",
            datetime.now(timezone.utc),  # noqa: UP017
            datetime.now(timezone.utc),  # noqa: UP017
            120,
        ],
    )
    # Audit trail with PHI compliance
    audit_id = str(uuid.uuid4())
    conn.execute(
        """
    INSERT INTO sync_audit_trail (
        audit_id, sync_id, execution_id, event_type,
        actor, actor_role, timestamp, phi_involved,
        compliance_context, event_details
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
""",
        [
            audit_id,
            sync_id,
            exec_id,
            "phi_accessed",
            "researcher-001",
            "human_user",
            datetime.now(timezone.utc),  # noqa: UP017
            True,
            json.dumps(
                {
                    "purpose": "Analyze patient outcomes for cardiovascular study",
                    "legal_basis": "HIPAA research authorization",
                    "consent_id": "CONSENT-2025-001",
                    "irb_protocol": "IRB-2025-123",
                    "data_minimization": "Only accessed aggregate statistics, no individual identifiers",
                }
            ),
            json.dumps(
                {"file": "patient_records.csv", "record_count": 150, "phi_fields": ["patient_id", "diagnosis_code"]}
            ),
        ],
    )
    # The seed's report, 5.3, unchanged.
    ((*found,),) = conn.execute("""
SELECT * FROM v_phi_access_audit
WHERE timestamp >= CURRENT_TIMESTAMP - INTERVAL 30 DAY
ORDER BY timestamp DESC;
""").fetchall()
    assert found[0] == audit_id
    assert found[7:9] == [
        "data/patient_records.csv",
        "Required to analyze patient outcomes for IRB-2025-123 research protocol",
    ]
    ((consent, protocol),) = conn.execute("""
SELECT
    a.compliance_context->>'consent_id' AS consent_id,
    a.compliance_context->>'irb_protocol' AS irb_protocol
FROM sync_audit_trail a
LEFT JOIN sync_executions e ON a.execution_id = e.execution_id
WHERE a.phi_involved = TRUE
  AND a.timestamp >= CURRENT_TIMESTAMP - INTERVAL 30 DAY
ORDER BY a.timestamp DESC;
""").fetchall()
    assert (consent, protocol) == ("CONSENT-2025-001", "IRB-2025-123")


def test_use_case_3_idempotent_synchronization(
    db: Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conn = db

    def calculate_checksum(file_path: str) -> str:
        """Calculate SHA-256 checksum of file."""
        sha256 = hashlib.sha256()
        with open(file_path, "rb") as f:  # noqa: PTH123
            for chunk in iter(lambda: f.read(4096), b""):
                sha256.update(chunk)
        return f"sha256:{sha256.hexdigest()}"

    source_file = str(tmp_path / "TODO_feature_auth.md")

    def synchronize(sync_id: str) -> None:
        checksum_before = calculate_checksum(source_file)
        existing_sync = conn.execute(
            """
    SELECT e.checksum_after
    FROM sync_executions e
    JOIN agent_synchronizations s ON e.sync_id = s.sync_id
    WHERE s.source_location = ?
      AND s.status = 'completed'
      AND e.operation_type = 'write'
    ORDER BY e.completed_at DESC
    LIMIT 1
""",
            [source_file],
        ).fetchone()
        if existing_sync and existing_sync[0] == checksum_before:
            print("✓ File already synchronized (checksum match)")
            # Skip operation, log as 'skipped'
            exec_id = str(uuid.uuid4())
            conn.execute(
                """
        INSERT INTO sync_executions (
            execution_id, sync_id, execution_order, operation_type,
            file_path, phi_accessed, operation_result,
            started_at, completed_at, duration_ms,
            checksum_before, checksum_after
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """,
                [
                    exec_id,
                    sync_id,
                    1,
                    "validate",
                    source_file,
                    False,
                    "skipped",
                    datetime.now(timezone.utc),  # noqa: UP017
                    datetime.now(timezone.utc),  # noqa: UP017
                    5,
                    checksum_before,
                    checksum_before,
                ],
            )
        else:
            print("⚠ File changed, performing synchronization")
            # Perform sync operation
            moment = datetime.now(UTC)
            execution(
                db,
                sync_id,
                operation_type="write",
                started_at=moment,
                completed_at=moment,
                checksum_before=checksum_before,
                checksum_after=checksum_before,
            )
        conn.execute("UPDATE agent_synchronizations SET status = 'completed' WHERE sync_id = ?", [sync_id])

    said = []
    for content in ("one", "one", "two", "two", "one"):
        Path(source_file).write_text(content, encoding="utf-8")
        synchronize(sync(db, source_location=source_file))
        said.append(capsys.readouterr().out[0])
    assert said == ["⚠", "✓", "⚠", "✓", "⚠"]


# ---------------------------------------------------------------------------------------------- referential integrity

ORPHAN = "Violates foreign key constraint because key .* does not exist"
REFERENCED = "Violates foreign key constraint because key .* still referenced"
SYNC = (
    "INSERT INTO agent_synchronizations (sync_id, agent_id, sync_type, source_location, target_location, pattern, "
    "status, created_by) VALUES (?, 'a', 't', 's', 't', 'p', 'pending', 'x')"
)


def test_children_of_nothing_are_refused_with_the_error_of_the_seed(db: Connection) -> None:
    known = sync(db)
    for child in (
        lambda: execution(db, "no-such-sync"),
        lambda: event(db, "no-such-sync"),
        lambda: event(db, known, execution_id="no-such-execution"),
    ):
        with pytest.raises(duckdb.ConstraintException, match=ORPHAN):
            child()
    moved = execution(db, known)
    refused(
        db,
        duckdb.ConstraintException,
        ORPHAN,
        "UPDATE sync_executions SET sync_id = 'nope' WHERE execution_id = ?",
        moved,
    )
    assert keys_agree(db)


def test_what_is_referred_to_stays(db: Connection) -> None:
    parent = sync(db)
    child = execution(db, parent)
    event(db, parent, execution_id=child)
    refused(db, duckdb.ConstraintException, REFERENCED, "DELETE FROM sync_executions WHERE execution_id = ?", child)
    refused(db, duckdb.ConstraintException, REFERENCED, "DELETE FROM agent_synchronizations WHERE sync_id = ?", parent)
    refused(db, duckdb.ConstraintException, REFERENCED, "TRUNCATE agent_synchronizations")
    refused(db, duckdb.ConstraintException, REFERENCED, "TRUNCATE sync_executions")
    refused(db, duckdb.InvalidInputException, "cannot be changed", "UPDATE agent_synchronizations SET sync_id = 'x'")
    refused(db, duckdb.InvalidInputException, "cannot be changed", "UPDATE sync_executions SET execution_id = 'x'")
    assert one(db, "SELECT count(*) FROM agent_synchronizations") == 1
    assert keys_agree(db)


def test_a_row_that_others_refer_to_changes_in_every_indexed_column_but_its_key(db: Connection) -> None:
    parent, other = sync(db), sync(db)
    child = execution(db, parent)
    event(db, parent, execution_id=child)
    for status in ("in_progress", "completed", "failed", "rolled_back", "pending"):
        db.execute("UPDATE agent_synchronizations SET status = ?, completed_at = now()", [status])
    db.execute(
        "UPDATE agent_synchronizations SET agent_id = 'b', pattern = 'q', worktree_path = 'w', status = 'failed', "
        "created_at = created_at + INTERVAL 1 SECOND, metadata = '{}' WHERE sync_id = ?",
        [parent],
    )
    db.execute(
        "UPDATE sync_executions SET sync_id = ?, execution_order = 9, operation_result = 'failure', file_path = 'f', "
        "phi_accessed = TRUE, phi_justification = 'asked', started_at = now() WHERE execution_id = ?",
        [other, child],
    )
    db.execute("UPDATE agent_synchronizations SET sync_id = sync_id")
    refused(db, duckdb.ConstraintException, REFERENCED, "DELETE FROM agent_synchronizations WHERE sync_id = ?", other)
    assert keys_agree(db)


def test_what_nothing_refers_to_can_go(db: Connection) -> None:
    parent, alone = sync(db), sync(db)
    child = execution(db, parent)
    db.execute("DELETE FROM agent_synchronizations WHERE sync_id = ?", [alone])
    db.execute("DELETE FROM sync_executions WHERE execution_id = ?", [child])
    db.execute("DELETE FROM agent_synchronizations WHERE sync_id = ?", [parent])
    assert one(db, "SELECT count(*) FROM agent_synchronizations") == 0
    assert one(db, "SELECT count(*) FROM agent_synchronization_keys") == 0
    assert one(db, "SELECT count(*) FROM sync_execution_keys") == 0
    sync(db, sync_id=parent)
    execution(db, parent, execution_id=child)
    assert keys_agree(db)


def test_child_and_then_parent_take_two_transactions(db: Connection) -> None:
    """DuckDB's index still knows the child until it is committed, for every foreign key."""
    parent = sync(db)
    execution(db, parent)
    db.execute("BEGIN")
    db.execute("DELETE FROM sync_executions")
    refused(db, duckdb.ConstraintException, REFERENCED, "DELETE FROM agent_synchronizations")
    db.execute("ROLLBACK")
    assert one(db, "SELECT count(*) FROM sync_executions") == 1
    assert keys_agree(db)


def test_a_transaction_keeps_keys_and_rows_together(db: Connection) -> None:
    kept = sync(db)
    db.execute("BEGIN")
    new = sync(db)
    child = execution(db, new)
    event(db, new, execution_id=child)
    db.execute("UPDATE agent_synchronizations SET status = 'completed' WHERE sync_id = ?", [new])
    db.execute("DELETE FROM agent_synchronizations WHERE sync_id = ?", [kept])
    db.execute("ROLLBACK")
    assert rows(db, "SELECT sync_id FROM agent_synchronization_keys") == [(kept,)]
    db.execute("BEGIN")
    gone = sync(db)
    db.execute("DELETE FROM agent_synchronizations WHERE sync_id = ?", [gone])
    new = sync(db)
    child = execution(db, new)
    event(db, new, execution_id=child)
    db.execute("COMMIT")
    assert keys_agree(db)
    assert violations(db, "audit_seals") == []


def test_upserts_ignore_or_are_refused(db: Connection) -> None:
    parent = sync(db)
    child = execution(db, parent)
    happened = event(db, parent, execution_id=child)
    for table in ("agent_synchronizations", "sync_executions", "sync_audit_trail"):
        same = f"INTO {table} SELECT * FROM {table}"
        db.execute(f"INSERT OR IGNORE {same}")
        db.execute(f"INSERT {same} ON CONFLICT DO NOTHING")
        refused(db, duckdb.ConstraintException, "Duplicate key", f"INSERT {same}")
        refused(db, duckdb.NotImplementedException, "ON CONFLICT DO UPDATE", f"INSERT OR REPLACE {same}")
    assert keys_agree(db)
    db.execute(
        f"INSERT OR IGNORE INTO agent_synchronizations {SYNC.split(')', 1)[0].split('izations ')[1]}) "
        "SELECT * FROM (VALUES ($1, 'a', 't', 's', 't', 'p', 'pending', 'x'), "
        "('another', 'a', 't', 's', 't', 'p', 'pending', 'x'))",
        [parent],
    )
    execution(db, "another")
    assert one(db, "SELECT count(*) FROM sync_audit_seals WHERE audit_id = ?", happened) == 1
    assert keys_agree(db)
    assert violations(db, "audit_seals") == []


def test_bulk_ways_in_keep_keys_and_seals(db: Connection, tmp_path: Path) -> None:
    """COPY and the appender fire the triggers, too."""
    parent = sync(db)
    event(db, parent)
    for table, key in (("agent_synchronizations", "sync_id"), ("sync_audit_trail", "audit_id")):
        csv = tmp_path / f"{table}.csv"
        db.execute(f"COPY (SELECT * REPLACE ('copied' AS {key}) FROM {table}) TO '{csv}' (HEADER)")
        db.execute(f"COPY {table} FROM '{csv}' (HEADER)")
    execution(db, "copied")
    appender = db.appender("agent_synchronizations")
    moment = datetime.now(UTC)
    appender.append_row("appended", "a", None, "t", "s", "t", "p", "pending", moment, None, "x", None)
    appender.flush()
    execution(db, "appended")
    appender = db.appender("sync_audit_trail")
    appender.append_row("appended", "appended", None, "sync_initiated", "a", "system", moment, False, "{}", "{}", *"ab")
    appender.flush()
    assert one(db, "SELECT count(*) FROM sync_audit_seals") == 3
    assert keys_agree(db)
    assert violations(db, "audit_seals") == []


def test_integrity_holds_after_reopening(file: Path) -> None:
    with contextlib.closing(duckdb.connect(file)) as db:
        parent = sync(db)
        execution(db, parent)
    with contextlib.closing(duckdb.connect(file)) as db:
        refused(db, duckdb.ConstraintException, REFERENCED, "DELETE FROM agent_synchronizations")
        with pytest.raises(duckdb.ConstraintException, match=ORPHAN):
            execution(db, "nope")
        db.execute("UPDATE agent_synchronizations SET status = 'completed'")
        execution(db, sync(db))
        assert keys_agree(db)


def test_writers_at_once_make_no_orphan_that_the_check_does_not_find(db: Connection) -> None:
    """A child is refused once the deletion of its parent is committed, and the other way round.

    Two transactions that do not see each other are a hole in every foreign key of DuckDB 2.0.0: the check says so.
    """
    for name in ("child first", "parent first", "both open"):
        db.execute(SYNC, [name])
        deleter, inserter = db.cursor(), db.cursor()
        for other in (deleter, inserter):
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM agent_synchronizations").fetchall()
        if name == "child first":
            execution(inserter, name)
            inserter.execute("COMMIT")
            refused(
                deleter,
                duckdb.ConstraintException,
                REFERENCED,
                "DELETE FROM agent_synchronizations WHERE sync_id = ?",
                name,
            )
            deleter.execute("ROLLBACK")
        else:
            deleter.execute("DELETE FROM agent_synchronizations WHERE sync_id = ?", [name])
            if name == "parent first":
                deleter.execute("COMMIT")
                with pytest.raises(duckdb.ConstraintException, match=ORPHAN):
                    execution(inserter, name)
                inserter.execute("ROLLBACK")
            else:
                execution(inserter, name, execution_id="skewed")
                deleter.execute("COMMIT")
                inserter.execute("COMMIT")
    assert violations(db, "orphans") == [
        ("sync_executions execution_id skewed", "refers to synchronization both open, which does not exist")
    ]


def test_many_writers_at_once_lose_nothing(db: Connection) -> None:
    parent = sync(db)
    failures: list[Exception] = []

    def work() -> None:
        with contextlib.closing(db.cursor()) as mine:
            try:
                for _ in range(15):
                    new = sync(mine)
                    child = execution(mine, new)
                    event(mine, new, execution_id=child)
                    event(mine, parent)
                    mine.execute("UPDATE agent_synchronizations SET status = 'completed' WHERE sync_id = ?", [new])
            except duckdb.Error as error:
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert one(db, "SELECT count(*) FROM sync_audit_trail") == 4 * 15 * 2
    assert keys_agree(db)
    assert violations(db, "audit_seals") == []


# --------------------------------------------------------------------------------------------------- what a row may say

ENUMERATIONS = {
    ("agent_synchronizations", "status"): "pending in_progress completed failed rolled_back",
    ("sync_executions", "operation_type"): "read write delete validate transform merge rollback",
    ("sync_executions", "operation_result"): "success failure skipped rolled_back",
    ("sync_audit_trail", "event_type"): "sync_initiated sync_progressing sync_completed sync_failed sync_rolled_back "
    "phi_accessed phi_created phi_modified validation_failed conflict_detected conflict_resolved permission_denied "
    "integrity_violation",
    ("sync_audit_trail", "actor_role"): "human_user autonomous_agent system",
}


@pytest.mark.parametrize(("table", "column"), ENUMERATIONS)
def test_enumerations(db: Connection, table: str, column: str) -> None:
    allowed = ENUMERATIONS[table, column].split()
    more = {} if table == "agent_synchronizations" else {"sync_id": sync(db)}
    for value in allowed:
        insert(db, table, **more, **{column: value})
    for value in (*(v.upper() for v in allowed[:1]), f" {allowed[0]}", "", "unknown"):
        with pytest.raises(duckdb.ConstraintException, match="CHECK constraint failed"):
            insert(db, table, **more, **{column: value})
    with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
        insert(db, table, **more, **{column: None})


BLANK = [None, "", " ", "\t", "\n", "\r\n", "\v", "\f", "\u0085", "\u00a0", "\u1680", "\u2003", "\u200b", "\u2028"]
BLANK += ["\u202f", "\u205f", "\u2060", "\u3000", "\ufeff", " \t\u00a0\u3000 ", "\u0000"]


def test_phi_access_needs_a_justification_that_says_something(db: Connection) -> None:
    parent = sync(db)
    for text in BLANK:
        with pytest.raises(duckdb.ConstraintException, match="CHECK constraint failed"):
            execution(db, parent, phi_accessed=True, phi_justification=text)
        execution(db, parent, phi_accessed=False, phi_justification=text)
    reason = execution(db, parent, phi_accessed=True, phi_justification=" a\n")
    for text in ("ü", "研究", "\u00a0x"):
        execution(db, parent, phi_accessed=True, phi_justification=text)
    refused(
        db,
        duckdb.ConstraintException,
        "CHECK constraint failed",
        "UPDATE sync_executions SET phi_justification = ' ' WHERE execution_id = ?",
        reason,
    )
    refused(db, duckdb.ConstraintException, "CHECK", "UPDATE sync_executions SET phi_accessed = TRUE")


def test_numbers_and_instants_that_cannot_be(db: Connection) -> None:
    parent = sync(db)
    for changes in (
        {"duration_ms": -1},
        {"execution_order": -1},
        {"started_at": "infinity"},
        {"completed_at": "-infinity"},
    ):
        with pytest.raises(duckdb.ConstraintException, match="CHECK constraint failed"):
            execution(db, parent, **changes)
    execution(db, parent, duration_ms=0, execution_order=0)
    with pytest.raises(duckdb.ConstraintException, match="CHECK constraint failed"):
        event(db, parent, timestamp="infinity")
    for column in ("created_at", "completed_at"):
        with pytest.raises(duckdb.ConstraintException, match="CHECK constraint failed"):
            sync(db, **{column: "infinity"})


def test_json_is_json(db: Connection) -> None:
    parent = sync(db, metadata='{"priority": "high"}')
    for text in ("{", "{'a': 1}", "nonsense", '{"a": 1} {"b": 2}'):
        for table, column in (
            ("agent_synchronizations", "metadata"),
            ("sync_executions", "metadata"),
            ("sync_audit_trail", "compliance_context"),
            ("sync_audit_trail", "event_details"),
        ):
            more = {} if table == "agent_synchronizations" else {"sync_id": parent}
            with pytest.raises(duckdb.ConversionException, match="Malformed JSON"):
                insert(db, table, **more, **{column: text})
    for column in ("compliance_context", "event_details"):
        with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
            event(db, parent, **{column: None})
    # The query that the seed gives as a slow one, 6.1.
    found = rows(db, "SELECT sync_id FROM agent_synchronizations WHERE metadata->>'priority' = 'high'")
    assert found == [(parent,)]


# --------------------------------------------------------------------------------------------------------- append-only

CHANGES = {
    "update": "UPDATE sync_audit_trail SET actor = 'nobody'",
    "update one": "UPDATE sync_audit_trail SET session_id = 's' WHERE audit_id = 'audit-0008'",
    "update to the same": "UPDATE sync_audit_trail SET audit_id = audit_id",
    "update from": "UPDATE sync_audit_trail SET actor = s.agent_id FROM agent_synchronizations AS s "
    "WHERE s.sync_id = sync_audit_trail.sync_id",
    "delete": "DELETE FROM sync_audit_trail",
    "delete one": "DELETE FROM sync_audit_trail WHERE audit_id = 'audit-0008'",
    "delete using": "DELETE FROM sync_audit_trail USING sync_executions AS e "
    "WHERE e.execution_id = sync_audit_trail.execution_id",
    "truncate": "TRUNCATE sync_audit_trail",
    "replace": "INSERT OR REPLACE INTO sync_audit_trail SELECT * REPLACE ('nobody' AS actor) FROM sync_audit_trail",
    "upsert": "INSERT INTO sync_audit_trail SELECT * FROM sync_audit_trail ON CONFLICT DO UPDATE SET actor = 'nobody'",
    "upsert on key": "INSERT INTO sync_audit_trail SELECT * FROM sync_audit_trail "
    "ON CONFLICT (audit_id) DO UPDATE SET actor = 'nobody' WHERE sync_audit_trail.phi_involved",
    "merge update": "MERGE INTO sync_audit_trail USING (SELECT 'audit-0005' AS k) AS s ON audit_id = s.k "
    "WHEN MATCHED THEN UPDATE SET actor = 'nobody'",
    "merge delete": "MERGE INTO sync_audit_trail USING (SELECT 'audit-0005' AS k) AS s ON audit_id = s.k "
    "WHEN MATCHED THEN DELETE",
    "update seal": "UPDATE sync_audit_seals SET event_hash = 'x'",
    "delete seal": "DELETE FROM sync_audit_seals WHERE audit_id = 'audit-0005'",
    "truncate seals": "TRUNCATE sync_audit_seals",
    "update block": "UPDATE sync_audit_blocks SET event_count = 0 WHERE block_number = 1",
    "delete block": "DELETE FROM sync_audit_blocks",
    "truncate blocks": "TRUNCATE sync_audit_blocks",
}


@pytest.mark.parametrize("reopened", [False, True], ids=["at once", "reopened"])
def test_the_trail_refuses_every_change(seeded: Connection, file: Path, reopened: bool) -> None:
    db = seeded
    before = rows(db, "SELECT * FROM sync_audit_trail ORDER BY audit_id")
    if reopened:
        db.close()
        db = duckdb.connect(file)
    with contextlib.closing(db):
        for name, change in CHANGES.items():
            with pytest.raises((duckdb.InvalidInputException, duckdb.NotImplementedException)) as caught:
                db.execute(change)
            if name.startswith(("update", "delete", "truncate")):
                assert "not allowed on sync_audit_" in str(caught.value), name
            else:
                assert "not yet supported" in str(caught.value) or "not supported" in str(caught.value), name
            with contextlib.closing(db.cursor()) as other:
                other.execute("BEGIN")
                with pytest.raises(duckdb.Error):
                    other.execute(change)
                other.execute("ROLLBACK")
        assert rows(db, "SELECT * FROM sync_audit_trail ORDER BY audit_id") == before
        assert violations(db, "audit_seals") == []


def test_the_refusal_says_why_and_what_to_do(seeded: Connection) -> None:
    refused(
        seeded,
        duckdb.InvalidInputException,
        r"UPDATE not allowed on sync_audit_trail \(append-only, 21 CFR Part 11\): event audit-0008 stays as it was "
        "written; insert a new event that corrects it",
        CHANGES["update one"],
    )
    refused(
        seeded,
        duckdb.InvalidInputException,
        r"DELETE not allowed on sync_audit_trail .*: event audit-0008 stays; to remove the whole schema, export the "
        "trail and run rung down",
        CHANGES["delete one"],
    )


def test_the_appenders_of_duckdb_change_no_event_either(seeded: Connection) -> None:
    for action, row in (("update", ["audit-0005", "nobody"]), ("delete", ["audit-0005"])):
        columns = {"columns": ["audit_id", "actor"]} if action == "update" else {}
        appender = seeded.appender("sync_audit_trail", action=action, key=["audit_id"], **columns)
        appender.append_row(*row)
        with pytest.raises(duckdb.InvalidInputException, match="not allowed on sync_audit_trail"):
            appender.flush()
        appender.clear()


def test_a_statement_that_finds_no_event_passes(seeded: Connection) -> None:
    seeded.execute("UPDATE sync_audit_trail SET actor = 'nobody' WHERE audit_id = 'none'")
    seeded.execute("DELETE FROM sync_audit_trail WHERE FALSE")
    event(seeded, "550e8400-e29b-41d4-a716-446655440005")
    assert violations(seeded, "audit_seals") == []


# ------------------------------------------------------------------------------------------------------------- instants

ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata")


@pytest.mark.parametrize("zone", ZONES)
def test_an_instant_is_the_same_in_every_session(db: Connection, zone: str) -> None:
    db.execute(f"SET TimeZone = '{zone}'")
    moment = datetime(2025, 11, 16, 9, 30, 0, 123456, tzinfo=UTC)
    micros = int(moment.timestamp() * 1_000_000)
    ways = {
        "aware": moment,
        "aware elsewhere": moment.astimezone(timezone(timedelta(hours=-7))),
        "text with offset": "2025-11-16 10:30:00.123456+01",
    }
    for name, value in ways.items():
        parent = sync(db, sync_id=name, created_at=value, completed_at=value)
        execution(db, parent, started_at=value, completed_at=value)
        event(db, parent, timestamp=value)
    for table, column in (
        ("agent_synchronizations", "created_at"),
        ("agent_synchronizations", "completed_at"),
        ("sync_executions", "started_at"),
        ("sync_executions", "completed_at"),
        ("sync_audit_trail", "timestamp"),
    ):
        assert rows(db, f"SELECT DISTINCT epoch_us({column}) FROM {table}") == [(micros,)], (table, column)
        assert one(db, f"SELECT any_value({column}) FROM {table}") == moment
        assert one(db, f"SELECT count(*) FROM {table} WHERE {column} = ?", moment) == 3


@pytest.mark.parametrize("writer", ZONES)
def test_defaults_are_now_for_every_reader(file: Path, writer: str) -> None:
    start = datetime.now(UTC)
    with contextlib.closing(duckdb.connect(file)) as db:
        db.execute(f"SET TimeZone = '{writer}'")
        parent = sync(db)
        event(db, parent, execution_id=execution(db, parent), phi_involved=True)
        old = datetime.now(UTC) - timedelta(days=30, hours=3)
        event(db, parent, phi_involved=True, timestamp=old)
    end = datetime.now(UTC)
    report = "SELECT * FROM v_phi_access_audit WHERE timestamp >= CURRENT_TIMESTAMP - INTERVAL 30 DAY"
    for reader in ZONES:
        with contextlib.closing(duckdb.connect(file)) as db:
            db.execute(f"SET TimeZone = '{reader}'")
            for table, column in (
                ("agent_synchronizations", "created_at"),
                ("sync_executions", "started_at"),
                ("sync_audit_trail", "timestamp"),
            ):
                written = one(db, f"SELECT max({column}) FROM {table}")
                assert start - timedelta(milliseconds=1) <= written <= end
            assert len(rows(db, f"{report} ORDER BY timestamp DESC")) == 1
            assert violations(db, "audit_seals") == []


# ------------------------------------------------------------------------------- coexistence, removal, recovery, limits

OBJECTS = (
    "SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal "
    "UNION ALL SELECT index_name FROM duckdb_indexes() UNION ALL SELECT trigger_name FROM duckdb_triggers() "
    "UNION ALL SELECT sequence_name FROM duckdb_sequences() UNION ALL SELECT function_name FROM duckdb_functions() "
    "WHERE NOT internal"
)


def is_ledger(name: str) -> bool:
    return name.startswith(("_yoyo", "_rung", "yoyo_lock"))


def test_beside_workflow_records_and_away_again(tmp_path: Path) -> None:
    """Sections 7 and 8.1 of the seed."""
    file = tmp_path / "database.db"
    url = f"duckdb:///{file}"
    with contextlib.closing(duckdb.connect(file)) as conn:
        conn.execute("CREATE TABLE workflow_records (record_id VARCHAR PRIMARY KEY, state JSON, saved_at TIMESTAMP)")
        conn.execute("INSERT INTO workflow_records SELECT 'r' || i, '{}', now() FROM range(100) AS t(i)")
        conn.execute("CREATE INDEX workflow_records_at ON workflow_records (saved_at)")
        records = rows(conn, "SELECT * FROM workflow_records ORDER BY record_id")
        before = sorted(rows(conn, OBJECTS))
    assert call("up", "agentdb", "--url", url).code == 0
    with contextlib.closing(duckdb.connect(file)) as conn:
        tables = conn.execute("""
       SELECT table_name FROM information_schema.tables
       WHERE table_schema = 'main'
   """).fetchall()
        assert {"workflow_records", *COLUMNS} <= {t[0] for t in tables}
        conn.execute(f"BEGIN; {SEED} COMMIT")
        for table in ("agent_synchronizations", "sync_executions", "sync_audit_trail"):
            assert conn.execute(f"SELECT COUNT(*) FROM {table}").fetchone() != (0,)
        assert rows(conn, "SELECT * FROM workflow_records ORDER BY record_id") == records
    assert call("verify", "agentdb", "--url", url).code == 0
    assert call("down", "agentdb", "--all", "--url", url).code == 0
    with contextlib.closing(duckdb.connect(file)) as conn:
        left = conn.execute("""
SELECT table_name FROM information_schema.tables
WHERE table_name LIKE '%sync%' OR table_name = 'schema_metadata';
""").fetchall()
        assert left == []
        found = [name for name in sorted(rows(conn, OBJECTS)) if not is_ledger(name[0])]
        assert found == before
        assert rows(conn, "SELECT * FROM workflow_records ORDER BY record_id") == records


def test_all_data_goes_by_down_and_up(seeded: Connection, file: Path) -> None:
    """Section 8.2 deletes all rows; on an append-only trail this is the way."""
    for table in ("sync_audit_trail", "sync_executions", "agent_synchronizations"):
        with pytest.raises(duckdb.Error):
            seeded.execute(f"DELETE FROM {table}")
    seeded.close()
    assert call("down", "agentdb", "--all", "--url", f"duckdb:///{file}").code == 0
    assert call("up", "agentdb", "--url", f"duckdb:///{file}").code == 0
    with contextlib.closing(duckdb.connect(file)) as db:
        for table in ("sync_audit_trail", "sync_audit_seals", "sync_executions", "agent_synchronizations"):
            assert one(db, f"SELECT count(*) FROM {table}") == 0
        event(db, sync(db))
        assert violations(db, "audit_seals") == []


def test_events_from_before_the_seals_are_sealed(tmp_path: Path) -> None:
    file = tmp_path / "agentdb.duckdb"
    url = f"duckdb:///{file}"
    assert call("up", "agentdb", "--to", "0005", "--url", url).code == 0
    with contextlib.closing(duckdb.connect(file)) as db:
        db.execute(f"BEGIN; {SEED} COMMIT")
    assert call("up", "agentdb", "--url", url).code == 0
    with contextlib.closing(duckdb.connect(file)) as db:
        event(db, "550e8400-e29b-41d4-a716-446655440005")
        assert rows(db, "SELECT block_number, event_count, covers FROM sync_audit_blocks ORDER BY ALL") == [
            (0, 10, []),
            (1, 1, [0]),
        ]
        assert violations(db, "audit_seals") == []


KILLED = """
import os, signal, sys
import duckdb
db = duckdb.connect(sys.argv[1])
db.execute("SET checkpoint_threshold = '1 TB'")
def write(n):
    db.execute("INSERT INTO agent_synchronizations (sync_id, agent_id, sync_type, source_location, target_location, "
        "pattern, status, created_by) VALUES (?, 'a', 't', 's', 't', 'p', 'pending', 'x')", [f"s{n}"])
    db.execute("INSERT INTO sync_executions (execution_id, sync_id, execution_order, operation_type, operation_result) "
        "VALUES (?, ?, 1, 'read', 'success')", [f"e{n}", f"s{n}"])
    db.execute("INSERT INTO sync_audit_trail (audit_id, sync_id, execution_id, event_type, actor, actor_role, "
        "compliance_context, event_details) VALUES (?, ?, ?, 'sync_initiated', 'a', 'system', '{}', '{}')",
        [f"a{n}", f"s{n}", f"e{n}"])
    db.execute("UPDATE agent_synchronizations SET status = 'completed' WHERE sync_id = ?", [f"s{n}"])
for n in range(5):
    write(n)
db.execute("DELETE FROM agent_synchronizations WHERE sync_id = 'nobody'")
db.execute("BEGIN")
write(5)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_leaves_keys_and_seals_whole(file: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(file)], capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert file.with_name(file.name + ".wal").stat().st_size > 0
    with contextlib.closing(duckdb.connect(file)) as db:
        assert rows(db, "SELECT audit_id FROM sync_audit_trail ORDER BY 1") == [(f"a{n}",) for n in range(5)]
        assert keys_agree(db)
        assert violations(db, "audit_seals") == []
        event(db, "s1")
        assert one(db, "SELECT max(block_number) FROM sync_audit_blocks") > 5
        refused(db, duckdb.InvalidInputException, "not allowed", "DELETE FROM sync_audit_trail")
        assert violations(db, "audit_seals") == []
    assert call("verify", "agentdb", "--url", f"duckdb:///{file}").code == 0


def test_a_file_in_an_older_storage_format_is_renewed_by_copying_it(tmp_path: Path) -> None:
    """DuckDB 1 wrote it, with the workflow records in it; it can hold no trigger."""
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with contextlib.closing(duckdb.connect()) as db:
        db.execute(f"ATTACH '{old}' AS old (STORAGE_VERSION 'v1.0.0')")
        db.execute("CREATE TABLE old.workflow_records AS SELECT 'r' || i AS record_id FROM range(3) AS t(i)")
        db.execute("DETACH old")
    result = call("up", "agentdb", "--url", f"duckdb:///{old}")
    assert result.code == 3
    assert "storage" in result.err
    with contextlib.closing(duckdb.connect()) as db:
        db.execute(f"ATTACH '{old}' AS old (READ_ONLY); ATTACH '{new}' AS new; COPY FROM DATABASE old TO new")
    assert call("up", "agentdb", "--url", f"duckdb:///{new}").code == 0
    with contextlib.closing(duckdb.connect(new)) as db:
        assert one(db, "SELECT count(*) FROM workflow_records") == 3


def test_a_copy_of_the_database_without_its_triggers_does_not_verify(seeded: Connection, tmp_path: Path) -> None:
    """COPY FROM DATABASE and EXPORT leave triggers behind without a word, so the copy must not pass for agentdb."""
    copy = tmp_path / "copy.duckdb"
    seeded.execute(f"ATTACH '{copy}' AS twin; COPY FROM DATABASE agentdb TO twin; DETACH twin")
    result = call("verify", "agentdb", "--url", f"duckdb:///{copy}")
    assert result.code == 1
    assert "sync_audit_trail_refuse_update" in result.out + result.err
