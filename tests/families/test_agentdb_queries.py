"""agentdb's named queries, views and checks on DuckDB: each answers what its title says, on the family's seed rows."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import ROOT, call

Connection = duckdb.DuckDBPyConnection
Row = tuple[Any, ...]
QUERIES = ROOT / "sql" / "queries" / "agentdb" / "duckdb"
CHECKS = ROOT / "sql" / "checks" / "agentdb" / "duckdb"
NAMES = sorted(file.stem for file in QUERIES.glob("*.sql"))
S = "550e8400-e29b-41d4-a716-44665544000"
READ, WRITTEN = "../TODO_feature_20251116_auth.md", "worktree/TODO_feature_20251116_auth.md"


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("queries") / "agentdb.duckdb"
    result = call("up", "agentdb", "--url", f"duckdb:///{path}")
    assert result.code == 0, result.err
    seed = (ROOT / "sql" / "seed" / "agentdb" / "duckdb.sql").read_text(encoding="utf-8")
    with contextlib.closing(duckdb.connect(path)) as db:
        db.execute(f"BEGIN; {seed} COMMIT")
    return path


@pytest.fixture
def file(seeded_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(seeded_file, tmp_path / "agentdb.duckdb"))


@pytest.fixture
def db(file: Path) -> Iterator[Connection]:
    with contextlib.closing(duckdb.connect(file)) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def header(name: str, key: str) -> str:
    text = (QUERIES / f"{name}.sql").read_text(encoding="utf-8").split("\n\n")[0]
    found = re.search(rf"^-- {key}: (.*(?:\n--   .*)*)", text, re.MULTILINE)
    return re.sub(r"\n--\s+", " ", found.group(1)) if found else ""


def run(db: Connection, name: str, **values: str) -> tuple[list[str], list[Row]]:
    """Column names and rows of the last statement of a query, given its parameters as rung gives them: as text."""
    columns: list[str] = []
    answer: list[Row] = []
    for statement in db.extract_statements((QUERIES / f"{name}.sql").read_text(encoding="utf-8")):
        wanted = {key: values[key] for key in statement.named_parameters}
        result = db.execute(statement, wanted or None)
        columns, answer = [column[0] for column in result.description or ()], result.fetchall()
    return columns, answer


def violations(db: Connection, name: str) -> list[Row]:
    statements = db.extract_statements((CHECKS / f"{name}.sql").read_text(encoding="utf-8"))
    return [row for statement in statements for row in db.execute(statement).fetchall()]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Many years: the seed rows are of 2025.
LONG = "36500"
# name: its parameters, its columns, and what it answers on the seed rows.
ANSWERS: dict[str, tuple[dict[str, str], str, list[Row]]] = {
    "schema_check": (
        {},
        "status table_agent_sync table_sync_exec table_audit table_metadata",
        [("Schema validation complete", 1, 1, 1, 1)],
    ),
    "sync_by_id": (
        {"sync_id": S + "2"},
        "sync_id agent_id worktree_path sync_type source_location target_location pattern status created_at "
        "completed_at created_by metadata",
        [
            (
                *(S + "2", "agent-002", None, "task_completion", "data/patient_records.csv", "reports/outcomes.json"),
                *("planning_readonly", "completed", at("2025-11-16T13:30:00"), at("2025-11-16T13:30:10")),
                *("researcher-001", '{"study": "cardiovascular"}'),
            )
        ],
    ),
    "agent_syncs": (
        {"agent_id": "agent-001"},
        "sync_id sync_type pattern status source_location target_location created_at completed_at",
        [
            (
                *(S + "1", "state_checkpoint", "checkpoint_append", "in_progress", "state/checkpoint.json"),
                *("worktree/checkpoint.json", at("2025-11-16T10:15:00"), None),
            ),
            (
                *(S + "0", "file_update", "todo_bidirectional", "completed", READ, WRITTEN),
                *(at("2025-11-16T09:00:00"), at("2025-11-16T09:00:02.500")),
            ),
        ],
    ),
    "syncs_in_progress": (
        {"agent_id": "agent-001"},
        "sync_id sync_type pattern source_location target_location created_at",
        [
            (
                *(S + "1", "state_checkpoint", "checkpoint_append", "state/checkpoint.json"),
                *("worktree/checkpoint.json", at("2025-11-16T10:15:00")),
            )
        ],
    ),
    "execution_history": (
        {"sync_id": S + "0"},
        "execution_order operation_type file_path operation_result duration_ms started_at",
        [
            (1, "read", READ, "success", 45, at("2025-11-16T09:00:00.100")),
            (2, "write", WRITTEN, "success", 65, at("2025-11-16T09:00:01")),
            (3, "validate", READ, "skipped", 5, at("2025-11-16T09:00:02")),
        ],
    ),
    "phi_access_report": (
        {"days": LONG},
        "audit_id timestamp actor actor_role event_type sync_type pattern file_path phi_justification "
        "compliance_context session_id",
        [
            (
                *("audit-0006", at("2025-11-16T13:30:09.100"), "researcher-001", "human_user", "phi_modified"),
                *("task_completion", "planning_readonly", "reports/outcomes.json"),
                "Aggregates only: no patient is identified in the report",
                '{"legal_basis": "HIPAA research authorization", "consent_id": "CONSENT-2025-001", '
                '"irb_protocol": "IRB-2025-123"}',
                "session-2",
            ),
            (
                *("audit-0005", at("2025-11-16T13:30:01.200"), "researcher-001", "human_user", "phi_accessed"),
                *("task_completion", "planning_readonly", "data/patient_records.csv"),
                "Required to analyze patient outcomes for IRB-2025-123 research protocol",
                '{"legal_basis": "HIPAA research authorization", "consent_id": "CONSENT-2025-001", '
                '"irb_protocol": "IRB-2025-123"}',
                "session-2",
            ),
        ],
    ),
    "phi_access_consents": (
        {"days": LONG},
        "timestamp actor actor_role event_type file_path phi_justification consent_id irb_protocol",
        [
            (
                *(at("2025-11-16T13:30:09.100"), "researcher-001", "human_user", "phi_modified"),
                *("reports/outcomes.json", "Aggregates only: no patient is identified in the report"),
                *("CONSENT-2025-001", "IRB-2025-123"),
            ),
            (
                *(at("2025-11-16T13:30:01.200"), "researcher-001", "human_user", "phi_accessed"),
                "data/patient_records.csv",
                "Required to analyze patient outcomes for IRB-2025-123 research protocol",
                *("CONSENT-2025-001", "IRB-2025-123"),
            ),
        ],
    ),
    "slowest_syncs": (
        {"rows": "10"},
        "sync_id pattern sync_type execution_count total_duration_ms avg_execution_ms",
        [
            (S + "2", "planning_readonly", "task_completion", 2, 7120, 3560.0),
            (S + "0", "todo_bidirectional", "file_update", 3, 115, pytest.approx(115 / 3)),
        ],
    ),
    "failed_operations": (
        {"rows": "20"},
        "execution_id sync_id sync_type pattern operation_type file_path error_message started_at created_by "
        "audit_event_count",
        [
            (
                *("exec-0008", S + "4", "quality_gate", "planning_readonly", "validate", "coverage.xml"),
                *("Coverage of 79 % is below 80 %", at("2025-11-17T09:40:01"), "claude-code", 1),
            ),
            (
                *("exec-0007", S + "3", "file_update", "todo_bidirectional", "write"),
                *("worktree/TODO_feature_20251117_export.md", "No space left on device"),
                *(at("2025-11-17T08:05:00.500"), "claude-code", 1),
            ),
        ],
    ),
    "failures": (
        {},
        "execution_id sync_id pattern operation_type file_path error_message started_at",
        [
            (
                *("exec-0008", S + "4", "planning_readonly", "validate", "coverage.xml"),
                *("Coverage of 79 % is below 80 %", at("2025-11-17T09:40:01")),
            ),
            (
                *("exec-0007", S + "3", "todo_bidirectional", "write", "worktree/TODO_feature_20251117_export.md"),
                *("No space left on device", at("2025-11-17T08:05:00.500")),
            ),
        ],
    ),
    "file_audit_trail": (
        {"file_path": WRITTEN},
        "timestamp event_type actor operation_type operation_result checksum_after",
        [(at("2025-11-16T09:00:01.100"), "sync_progressing", "claude-code", "write", "success", "sha256:0a41")],
    ),
    "sync_performance": (
        {},
        "pattern sync_type total_syncs successful_syncs failed_syncs avg_duration_ms max_duration_ms",
        [
            ("todo_bidirectional", "file_update", 2, 1, 1, 1875.0, 2500),
            ("planning_readonly", "quality_gate", 1, 0, 0, 30000.0, 30000),
            ("planning_readonly", "task_completion", 1, 1, 0, 10000.0, 10000),
        ],
    ),
    "success_rate": (
        {},
        "pattern sync_type total_syncs successful failed success_rate",
        [
            ("todo_bidirectional", "file_update", 2, 1, 1, 50.0),
            ("checkpoint_append", "state_checkpoint", 1, 0, 0, 0.0),
            ("planning_readonly", "quality_gate", 1, 0, 0, 0.0),
            ("planning_readonly", "task_completion", 1, 1, 0, 100.0),
            ("planning_readonly", "workflow_transition", 1, 0, 0, 0.0),
        ],
    ),
    "synchronized_checksum": ({"source_location": READ}, "checksum_after", [("sha256:0a41",)]),
    "busiest_syncs": (
        {"rows": "3"},
        "sync_id pattern exec_count",
        [
            (S + "0", "todo_bidirectional", 3),
            (S + "2", "planning_readonly", 2),
            (S + "3", "todo_bidirectional", 2),
        ],
    ),
    "audit_growth": ({}, "first_day events phi_events blocks", [(at("2025-11-01T00:00:00"), 10, 2, 2)]),
}
# Asked in tests of their own, here or in test_agentdb_seals.py.
ELSEWHERE = {
    *("explain_agent_syncs", "explain_phi_events", "maintenance", "audit_archive", "audit_head", "audit_head_proof"),
    "audit_late_events",
}


def test_every_query_is_asked() -> None:
    assert set(NAMES) == {*ANSWERS, *ELSEWHERE}


@pytest.mark.parametrize("name", ANSWERS)
def test_answer(db: Connection, name: str) -> None:
    parameters, columns, wanted = ANSWERS[name]
    found_columns, found = run(db, name, **parameters)
    assert " ".join(found_columns) == columns
    assert found == wanted


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_declared_and_used(db: Connection, name: str) -> None:
    statements = db.extract_statements((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))
    used = {parameter for statement in statements for parameter in statement.named_parameters}
    assert used == set(re.findall(r"(\w+) \([^)]*\)(?:, |$)", header(name, "params")))
    assert header(name, "seed").startswith("000 ")


def test_rung_runs_what_does_not_write_on_a_file_opened_for_reading(seeded_file: Path) -> None:
    for name in NAMES:
        if header(name, "writes"):
            continue
        values = {**ANSWERS.get(name, ({},))[0]}
        for parameter in re.findall(r"(\w+) \([^)]*\)(?:, |$)", header(name, "params")):
            values.setdefault(parameter, {"minutes": "5", "head": "1:none", "agent_id": "agent-001"}.get(parameter, ""))
        given = [part for key, value in values.items() for part in ("--param", f"{key}={value}")]
        result = call("query", "agentdb", name, "--url", f"duckdb:///{seeded_file}", *given)
        assert result.code == 0, name + result.err
        assert "row" in result.out


def test_what_the_seed_asks_in_its_own_words(db: Connection) -> None:
    """Sections 5 and 9.2, letter for letter, where the named query differs by a tie-breaker or a parameter only."""
    assert (
        db.execute("""
SELECT
    s.sync_id,
    s.pattern,
    s.sync_type,
    COUNT(e.execution_id) AS execution_count,
    SUM(e.duration_ms) AS total_duration_ms,
    AVG(e.duration_ms) AS avg_execution_ms
FROM agent_synchronizations s
JOIN sync_executions e ON s.sync_id = e.sync_id
WHERE s.status = 'completed'
GROUP BY s.sync_id, s.pattern, s.sync_type
ORDER BY total_duration_ms DESC
LIMIT 10;
""").fetchall()
        == ANSWERS["slowest_syncs"][2]
    )
    assert (
        db.execute("""
SELECT
    a.timestamp,
    a.event_type,
    a.actor,
    e.operation_type,
    e.operation_result,
    e.checksum_after
FROM sync_audit_trail a
JOIN sync_executions e ON a.execution_id = e.execution_id
WHERE e.file_path = 'worktree/TODO_feature_20251116_auth.md'
ORDER BY a.timestamp DESC;
""").fetchall()
        == ANSWERS["file_audit_trail"][2]
    )
    for sql in (
        "SELECT * FROM v_phi_access_audit WHERE timestamp >= CURRENT_TIMESTAMP - INTERVAL 36500 DAY "
        "ORDER BY timestamp DESC",
        "SELECT * FROM v_phi_access_audit",
    ):
        assert db.execute(sql).fetchall() == ANSWERS["phi_access_report"][2]
    for sql in ("SELECT * FROM v_failed_operations ORDER BY started_at DESC LIMIT 20", "FROM v_failed_operations"):
        assert db.execute(sql).fetchall() == ANSWERS["failed_operations"][2]
    rate = [
        row[2:]
        for row in db.execute("""
SELECT
    pattern,
    sync_type,
    COUNT(*) AS total_syncs,
    SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS successful,
    SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END) AS failed,
    ROUND(100.0 * SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) / COUNT(*), 2) AS success_rate
FROM agent_synchronizations
GROUP BY pattern, sync_type
ORDER BY total_syncs DESC;
""").fetchall()
    ]
    assert sorted(rate) == sorted(row[2:] for row in ANSWERS["success_rate"][2])


# ---------------------------------------------------------------------------------------------------------------- views


def test_current_status_counts_executions_and_keeps_synchronizations_without_any(db: Connection) -> None:
    found = db.execute(
        "SELECT sync_id, execution_count, phi_access_count, failure_count, total_duration_ms "
        "FROM v_current_sync_status ORDER BY sync_id"
    ).fetchall()
    assert found == [
        (S + "0", 3, 0, 0, 115),
        (S + "1", 1, 0, 0, 20),
        (S + "2", 2, 2, 0, 7120),
        (S + "3", 2, 0, 1, 730),
        (S + "4", 2, 0, 1, 1080),
        (S + "5", 0, 0, 0, None),
    ]


def test_performance_counts_only_what_ended_and_no_change_of_clocks(db: Connection) -> None:
    db.execute(
        "INSERT INTO agent_synchronizations SELECT * REPLACE ('dst' AS sync_id, 'dst' AS pattern, "
        "TIMESTAMPTZ '2025-10-26 00:30:00+00' AS created_at, TIMESTAMPTZ '2025-10-26 01:30:00+00' AS completed_at) "
        "FROM agent_synchronizations LIMIT 1"
    )
    db.execute("SET TimeZone = 'Europe/Berlin'")
    found = {row[0]: row[5] for row in db.execute("FROM v_sync_performance").fetchall()}
    assert found["dst"] == 3_600_000
    assert "checkpoint_append" not in found


def test_failed_operations_count_only_their_own_events(db: Connection) -> None:
    db.execute(
        "INSERT INTO sync_audit_trail SELECT * REPLACE ('more-' || i AS audit_id) FROM "
        "(SELECT * FROM sync_audit_trail WHERE execution_id = 'exec-0007') CROSS JOIN range(2) AS t(i)".replace(
            "SELECT * REPLACE", "SELECT * EXCLUDE (i) REPLACE"
        )
    )
    db.execute(
        "INSERT INTO sync_executions SELECT * REPLACE ('exec-0011' AS execution_id) FROM sync_executions "
        "WHERE execution_id = 'exec-0008'"
    )
    found = dict(db.execute("SELECT execution_id, audit_event_count FROM v_failed_operations").fetchall())
    assert found == {"exec-0007": 3, "exec-0008": 1, "exec-0011": 0}


def test_a_view_reads_one_synchronization_by_its_key(db: Connection) -> None:
    ((_, plan),) = db.execute(f"EXPLAIN ANALYZE FROM v_current_sync_status WHERE sync_id = '{S}0'").fetchall()
    assert "Index Scan" in plan


# -------------------------------------------------------------------------------------------------- other named queries


def test_the_checksum_of_a_file_that_was_never_written_is_no_row(db: Connection) -> None:
    assert run(db, "synchronized_checksum", source_location="nowhere")[1] == []
    assert run(db, "synchronized_checksum", source_location="../TODO_feature_20251117_export.md")[1] == []


def test_schema_check_says_nothing_of_another_database(tmp_path: Path) -> None:
    with contextlib.closing(duckdb.connect(tmp_path / "other.duckdb")) as db:
        assert run(db, "schema_check")[1] == []


def test_plans(db: Connection) -> None:
    assert "Index Scan" in run(db, "explain_agent_syncs", agent_id="agent-001")[1][0][1]
    assert "Index Scan" in run(db, "explain_phi_events")[1][0][1]


def test_maintenance_runs_through_rung(file: Path) -> None:
    result = call("query", "agentdb", "maintenance", "--yes", "--url", f"duckdb:///{file}")
    assert result.code == 0, result.err
    assert call("verify", "agentdb", "--url", f"duckdb:///{file}").code == 0


def test_archive_and_head_run_through_rung(file: Path, tmp_path: Path) -> None:
    url = f"duckdb:///{file}"
    archive = tmp_path / "archive.duckdb"
    given = ("--param", f"archive={archive}", "--param", "before=2999-01-01")
    result = call("query", "agentdb", "audit_archive", "--yes", "--json", "--url", url, *given)
    assert result.code == 0, result.err
    assert result.json["answers"][-1]["rows"] == [[10, 10]]
    head = call("query", "agentdb", "audit_head", "--json", "--url", url).json["answers"][0]["rows"][0]
    assert head[:2] == [10, 2]
    proof = call("query", "agentdb", "audit_head_proof", "--json", "--url", url, "--param", f"head={head[2]}")
    assert [row[3] for row in proof.json["answers"][0]["rows"]] == ["contained"]


# --------------------------------------------------------------------------------------------------------------- checks

REFUSALS = {
    "agent_synchronizations": ("key_added", "key_removed", "key_kept"),
    "sync_executions": ("key_added", "key_removed", "key_kept"),
    "sync_audit_trail": ("refuse_update", "refuse_delete"),
}
# check: what is done to the rows by someone who dropped the triggers, and the subjects that it names then.
DAMAGE: dict[str, list[tuple[str, list[str]]]] = {
    "orphans": [
        (
            "DELETE FROM agent_synchronizations WHERE sync_id LIKE '%4'",
            [
                "sync_executions execution_id exec-0008",
                "sync_executions execution_id exec-0009",
                "sync_audit_trail audit_id audit-0008",
                "sync_audit_trail audit_id audit-0009",
            ],
        ),
        ("DELETE FROM sync_executions WHERE execution_id = 'exec-0004'", ["sync_audit_trail audit_id audit-0005"]),
    ],
    "keys": [
        ("DELETE FROM agent_synchronizations WHERE sync_id LIKE '%4'", [f"agent_synchronizations sync_id {S}4"]),
        ("INSERT INTO agent_synchronization_keys VALUES ('x')", ["agent_synchronizations sync_id x"]),
        (
            "INSERT INTO sync_executions SELECT * REPLACE ('x' AS execution_id) FROM sync_executions LIMIT 1",
            ["sync_executions execution_id x"],
        ),
        (
            "DELETE FROM sync_execution_keys WHERE execution_id = 'exec-0001'",
            ["sync_executions execution_id exec-0001"],
        ),
    ],
    "sync_audited": [
        (
            "INSERT INTO agent_synchronizations SELECT * REPLACE ('x' AS sync_id) FROM agent_synchronizations LIMIT 1",
            ["agent_synchronizations sync_id x"],
        ),
        ("DELETE FROM sync_audit_trail WHERE sync_id LIKE '%5'", [f"agent_synchronizations sync_id {S}5"]),
    ],
    "phi_justified": [],
    "phi_audited": [
        (
            "UPDATE sync_executions SET phi_accessed = TRUE, phi_justification = 'x' WHERE execution_id = 'exec-0002'",
            ["sync_executions execution_id exec-0002"],
        ),
        (
            "UPDATE sync_audit_trail SET phi_involved = FALSE WHERE audit_id = 'audit-0005'",
            ["sync_executions execution_id exec-0004"],
        ),
    ],
    "audit_executions": [
        (
            f"UPDATE sync_executions SET sync_id = '{S}1' WHERE execution_id = 'exec-0004'",
            ["sync_audit_trail audit_id audit-0005"],
        )
    ],
    "times": [
        (
            "UPDATE agent_synchronizations SET completed_at = created_at - INTERVAL 1 SECOND WHERE sync_id LIKE '%1'",
            [f"agent_synchronizations sync_id {S}1"],
        ),
        (
            "UPDATE sync_executions SET started_at = completed_at + INTERVAL 1 SECOND WHERE execution_id = 'exec-0001'",
            ["sync_executions execution_id exec-0001"],
        ),
    ],
    "schema_version": [
        ("DELETE FROM schema_metadata", ["schema_metadata schema_name agentdb_sync_schema"]),
        ("UPDATE schema_metadata SET schema_version = '2'", ["schema_metadata schema_name agentdb_sync_schema"]),
    ],
    "audit_seals": [
        (
            "UPDATE sync_audit_trail SET actor = 'x' WHERE audit_id = 'audit-0008'",
            ["sync_audit_trail audit_id audit-0008"],
        )
    ],
}


def test_every_check_is_broken_below() -> None:
    assert set(DAMAGE) == {file.stem for file in CHECKS.glob("*.sql")}


@pytest.mark.parametrize("name", DAMAGE)
def test_check_holds_on_the_seed_rows_and_names_what_breaks_it(db: Connection, name: str) -> None:
    assert violations(db, name) == []
    for table, triggers in REFUSALS.items():
        for trigger in triggers:
            db.execute(f"DROP TRIGGER {table}_{trigger} ON {table}")
    for damage, subjects in DAMAGE[name]:
        db.execute("BEGIN")
        db.execute(damage)
        found = violations(db, name)
        assert [subject for subject, _ in found] == subjects, damage
        assert all(problem for _, problem in found)
        db.execute("ROLLBACK")
    assert violations(db, name) == []


def test_an_unjustified_access_that_came_in_without_the_check_of_the_table(tmp_path: Path) -> None:
    with contextlib.closing(duckdb.connect()) as db:
        db.execute(
            "CREATE TABLE sync_executions AS SELECT * FROM (VALUES ('a', 'f', TRUE, NULL, now()), "
            "('b', NULL, TRUE, chr(160), now()), ('c', 'f', TRUE, 'x', now()), ('d', 'f', FALSE, NULL, now())) "
            "AS t(execution_id, file_path, phi_accessed, phi_justification, started_at)"
        )
        assert violations(db, "phi_justified") == [
            ("sync_executions execution_id a", "accessed PHI in f without a justification"),
            ("sync_executions execution_id b", "accessed PHI without a justification"),
        ]


def test_the_newest_synchronization_without_an_event_comes_first(db: Connection) -> None:
    for name, day in (("old", 1), ("new", 2)):
        db.execute(
            "INSERT INTO agent_synchronizations SELECT * REPLACE ($1 AS sync_id, "
            "make_timestamptz(2026, 1, $2, 0, 0, 0) AS created_at) FROM agent_synchronizations LIMIT 1",
            [name, day],
        )
    assert [subject[-3:] for subject, _ in violations(db, "sync_audited")] == ["new", "old"]
