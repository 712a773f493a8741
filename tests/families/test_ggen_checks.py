"""ggen's checks and verify files on SQLite: what they see, what they leave alone, and what they say."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_files import Violation, violations

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ROOT / "sql" / "checks" / "ggen" / "sqlite"
ANY = ROOT / "sql" / "checks" / "any" / "sqlite"
VERIFY = ROOT / "migrations" / "ggen" / "sqlite" / "verify"


def check(connection: sqlite3.Connection, rule: str) -> list[Violation]:
    own = CHECKS / f"{rule}.sql"
    return violations(connection, own if own.exists() else ANY / own.name)


def verify(connection: sqlite3.Connection) -> list[Violation]:
    return [found for file in sorted(VERIFY.glob("*.sql")) for found in violations(connection, file)]


@contextlib.contextmanager
def careless(connection: sqlite3.Connection) -> Iterator[None]:
    """A connection as one should not make it: neither foreign keys nor CHECK constraints."""
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    yield
    connection.execute("PRAGMA ignore_check_constraints = OFF")
    connection.execute("PRAGMA foreign_keys = ON")


# -------------------------------------------------------------------------------------------------------------- checks

RULES = sorted(file.stem for folder in (CHECKS, ANY) for file in folder.glob("*.sql"))


def test_the_rules_are_known() -> None:
    assert RULES == ["foreign_keys", "integrity", "journal_mode", "session_times", "timestamps"]


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds_of_an_empty_database(rule: str, ggen: sqlite3.Connection) -> None:
    assert check(ggen, rule) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds_of_the_seed_rows(rule: str, ggen_seeded: sqlite3.Connection) -> None:
    assert check(ggen_seeded, rule) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "DELETE FROM receipts WHERE id = 7",
            [
                *[(f"pipeline_metrics rowid {number}", "execution_id refers to a row of receipts that does not exist")
                  for number in range(31, 36)],
                *[(f"slo_violations rowid {number}", "execution_id refers to a row of receipts that does not exist")
                  for number in (2, 3)],
            ],
        ),
        (
            "DELETE FROM workflow_sessions WHERE id = 3",
            [("receipts rowid 8", "session_id refers to a row of workflow_sessions that does not exist")],
        ),
        (
            "UPDATE collision_detection SET session_id = 'none' WHERE id = 4",
            [("collision_detection rowid 4", "session_id refers to a row of workflow_sessions that does not exist")],
        ),
    ],
)  # fmt: skip
def test_orphans_are_named(change: str, expected: list[Violation], ggen_seeded: sqlite3.Connection) -> None:
    with careless(ggen_seeded):
        ggen_seeded.execute(change)
    assert sorted(check(ggen_seeded, "foreign_keys")) == sorted(expected)


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("UPDATE receipts SET status = 'unknown' WHERE id = 7", "receipts"),
        ("UPDATE pipeline_metrics SET duration_ms = -1 WHERE id = 7", "pipeline_metrics"),
        ("UPDATE audit_log SET context_json = 'plain' WHERE id = 7", "audit_log"),
        ("UPDATE collision_detection SET agent_id_2 = agent_id_1 WHERE id = 1", "collision_detection"),
    ],
)
def test_rows_that_break_a_constraint_are_found(change: str, table: str, ggen_seeded: sqlite3.Connection) -> None:
    with careless(ggen_seeded):
        ggen_seeded.execute(change)
    assert check(ggen_seeded, "integrity") == [("database", f"CHECK constraint failed in {table}")]


def test_journal_mode_other_than_wal_is_found(ggen: sqlite3.Connection) -> None:
    ggen.execute("PRAGMA journal_mode = delete")
    assert check(ggen, "journal_mode") == [
        ("database", "journal_mode is delete instead of wal; set it once with: PRAGMA journal_mode = wal")
    ]
    ggen.execute("PRAGMA journal_mode = wal")
    assert check(ggen, "journal_mode") == []


TIMES = [
    ("workflow_sessions", "start_time"),
    ("workflow_sessions", "end_time"),
    ("workflow_sessions", "created_at"),
    ("receipts", "timestamp"),
    ("receipts", "created_at"),
    ("agent_memory", "updated_at"),
    ("agent_memory", "created_at"),
    ("audit_log", "timestamp"),
    ("audit_log", "created_at"),
    ("collision_detection", "timestamp"),
    ("collision_detection", "created_at"),
    ("pipeline_metrics", "timestamp"),
    ("pipeline_metrics", "created_at"),
    ("slo_violations", "timestamp"),
    ("slo_violations", "created_at"),
]


def test_every_time_of_the_schema_is_checked(ggen: sqlite3.Connection) -> None:
    found = ggen.execute(
        "SELECT s.name, c.name FROM sqlite_schema AS s, pragma_table_info(s.name) AS c WHERE s.type = 'table'"
        " AND s.name IN ('workflow_sessions', 'receipts', 'agent_memory', 'audit_log', 'collision_detection',"
        " 'pipeline_metrics', 'slo_violations') AND (c.name LIKE '%time%' OR c.name LIKE '%@_at' ESCAPE '@')"
    )
    assert set(found) == set(TIMES)


@pytest.mark.parametrize(("table", "column"), TIMES)
@pytest.mark.parametrize(
    ("value", "shown"),
    [("yesterday", "'yesterday'"), ("", "''"), ("12:00:00", "'12:00:00'"), (1_769_680_800, None), ("2026-13-01", None)],
)
def test_time_that_is_none_is_named(
    table: str, column: str, value: Any, shown: str | None, ggen_seeded: sqlite3.Connection
) -> None:
    ggen_seeded.execute(f"UPDATE {table} SET {column} = ? WHERE id = 2", (value,))
    ((subject, problem),) = check(ggen_seeded, "timestamps")
    assert subject == f"{table} id 2"
    assert problem.startswith(f"{column} is {shown or ''}")
    assert problem.endswith(", which names no fixed instant")


def test_the_word_now_is_no_time(ggen_seeded: sqlite3.Connection) -> None:
    ggen_seeded.execute("UPDATE receipts SET timestamp = 'now' WHERE id = 2")
    assert check(ggen_seeded, "timestamps") == [("receipts id 2", "timestamp is 'now', which names no fixed instant")]


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-29",
        "2026-01-29 10:00",
        "2026-01-29T10:00:00",
        "2026-01-29 10:00:00.123456",
        "2026-01-29T10:00:00Z",
        "2026-01-29T10:00:00.5-11:45",
        "1969-12-31T23:59:59.999Z",
        2_461_069.5,
    ],
)
def test_every_spelling_of_a_time_is_accepted(value: Any, ggen_seeded: sqlite3.Connection) -> None:
    for table, column in TIMES:
        ggen_seeded.execute(f"UPDATE {table} SET {column} = ?", (value,))
    assert check(ggen_seeded, "timestamps") == []


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2026-01-29 10:00:00", "2026-01-29 09:59:59.999", True),
        ("2026-01-29 10:00:00", "2026-01-29 10:00:00.000", False),
        ("2026-01-29 10:00:00", "2026-01-29T10:30:00+01:00", True),
        ("2026-01-29T10:30:00+01:00", "2026-01-29 10:00:00", False),
        ("2026-01-29 10:00:00", None, False),
    ],
)
def test_session_does_not_end_before_its_start(
    start: str, end: str | None, wrong: bool, ggen_seeded: sqlite3.Connection
) -> None:
    ggen_seeded.execute("UPDATE workflow_sessions SET start_time = ?, end_time = ? WHERE id = 2", (start, end))
    expected = [("workflow_sessions id 2", f"ends at {end}, before its start at {start}")] if wrong else []
    assert check(ggen_seeded, "session_times") == expected


# -------------------------------------------------------------------------------------------------------------- verify

OBJECTS = {
    "workflow_sessions": "0001",
    "receipts": "0002",
    "agent_memory": "0003",
    "audit_log": "0004",
    "collision_detection": "0005",
    "pipeline_metrics": "0006",
    "slo_violations": "0007",
    "recent_executions": "0008",
    "agent_performance_summary": "0008",
    "pipeline_stage_performance": "0008",
}


def test_verify_is_content_with_the_schema(ggen_seeded: sqlite3.Connection) -> None:
    assert verify(ggen_seeded) == []


@pytest.mark.parametrize("name", OBJECTS)
def test_verify_says_once_that_an_object_is_missing(name: str, ggen: sqlite3.Connection) -> None:
    kind = "TABLE" if OBJECTS[name] != "0008" else "VIEW"
    ggen.execute("PRAGMA foreign_keys = OFF")
    ggen.execute(f"DROP {kind} {name}")
    found = verify(ggen)
    assert [subject for subject, _ in found] == [name]
    assert found[0][1].startswith(f"{kind.lower()} is missing: ")


def test_verify_says_what_is_missing_in_a_database_without_a_schema() -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        assert sorted(subject for subject, _ in verify(connection)) == sorted(OBJECTS)


def test_verify_leaves_later_additions_alone(ggen: sqlite3.Connection) -> None:
    for statement in (
        "ALTER TABLE receipts ADD COLUMN reviewer TEXT",
        "ALTER TABLE agent_memory ADD COLUMN size INTEGER NOT NULL DEFAULT 0 CHECK (size >= 0)",
        "CREATE INDEX receipts_reviewer_idx ON receipts (reviewer)",
        "CREATE TABLE reviews (id INTEGER PRIMARY KEY, execution_id TEXT REFERENCES receipts (execution_id))",
        "CREATE VIEW reviewed AS SELECT execution_id FROM receipts WHERE reviewer IS NOT NULL",
        "CREATE TRIGGER receipts_reviewed AFTER UPDATE OF reviewer ON receipts BEGIN SELECT 1; END",
    ):
        ggen.execute(statement)
    assert verify(ggen) == []


def test_verify_does_not_mind_how_lines_end(ggen: sqlite3.Connection) -> None:
    """A checkout with CRLF stores CRLF in the schema, which changes nothing."""
    ggen.execute("PRAGMA writable_schema = ON")
    changed = ggen.execute("UPDATE sqlite_schema SET sql = replace(sql, char(10), char(13, 10)) WHERE sql IS NOT NULL")
    assert changed.rowcount > 30
    assert verify(ggen) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("receipts", "    manifest_hash TEXT,\n", "", ("receipts.manifest_hash", "column is missing")),
        ("receipts", "duration_ms INTEGER NOT NULL", "duration_ms INTEGER",
         ("receipts.duration_ms", "column is not INTEGER NOT NULL")),
        ("receipts", "execution_id TEXT NOT NULL", "execution_id TEXT NOT NULL COLLATE NOCASE",
         ("receipts.execution_id", "column is not TEXT NOT NULL")),
        ("receipts", "'dry_run', ", "",
         ("receipts_operation_check", "accepts an operation that is not one of the nine of the pipeline")),
        ("receipts", " DEFERRABLE INITIALLY DEFERRED", "",
         ("receipts_session_id_fkey", "or refuses a receipt that is written before its session")),
        ("receipts", "(session_id) DEFERRABLE", "(session_id) ON DELETE CASCADE DEFERRABLE",
         ("receipts_session_id_fkey", "accepts a session that does not exist")),
        ("receipts", " AUTOINCREMENT", "", ("receipts_pkey", "can hand out the id of a deleted receipt again")),
        ("idx_receipts_execution_id", "UNIQUE INDEX", "INDEX",
         ("idx_receipts_execution_id", "two receipts can share an execution_id")),
        ("idx_receipts_created_at", " DESC", "",
         ("idx_receipts_created_at", "finding the latest receipts, as recent_executions does, reads every receipt")),
        ("receipts_session_id_idx", "IS NOT NULL", "IS NULL",
         ("receipts_session_id_idx", "reads every receipt")),
        ("audit_log_agent_instant_idx", "86400000.0", "86400.0",
         ("audit_log_agent_instant_idx", "recent_executions reads the whole trail of an agent")),
        ("agent_memory_updated_at", "memory_json, ", "",
         ("agent_memory_updated_at", "does not fire after a change of every column but updated_at")),
        ("agent_memory_updated_at", "WHERE id = new.id", "",
         ("agent_memory_updated_at", "does not set updated_at of the row that changed, and of no other")),
        ("agent_memory_updated_at", "new.updated_at IS old.updated_at", "true",
         ("agent_memory_updated_at", "overrides a time that the application sets itself")),
        ("recent_executions", "LIMIT 100", "LIMIT 99",
         ("recent_executions", "does not show exactly the last 100 executions")),
        ("recent_executions", "r.created_at DESC, r.id DESC", "r.created_at DESC",
         ("recent_executions", "does not show exactly the last 100 executions")),
        ("recent_executions", "a.agent_id = l.agent_id\n            AND ", "",
         ("recent_executions", "audit_entries does not count the audit entries of the same agent")),
        ("recent_executions", " + l.duration_ms", "",
         ("recent_executions", "audit_entries does not count from the first to the last millisecond")),
        ("agent_performance_summary", "count(*) FILTER (WHERE r.status = 'failed')", "count(*)",
         ("agent_performance_summary", "failed_executions does not count the executions that failed")),
        ("agent_performance_summary", "duration_ms), 2)", "duration_ms), 1)",
         ("agent_performance_summary", "avg_duration_ms is not the average duration to two decimals")),
        ("pipeline_stage_performance", "LEFT JOIN", "JOIN",
         ("pipeline_stage_performance", "does not show a stage in which nothing failed")),
        ("pipeline_stage_performance", "avg_duration_ms DESC", "avg_duration_ms ASC",
         ("pipeline_stage_performance", "does not show the slowest stage first")),
        ("pipeline_stage_performance", "m.stage,\n        count(*)", "m.stage,\n        7",
         ("pipeline_stage_performance", "executions does not count every run of a stage")),
    ],
)  # fmt: skip
def test_verify_says_what_is_wrong_in_words(
    name: str, old: str, new: str, expected: Violation, ggen: sqlite3.Connection
) -> None:
    (definition,) = ggen.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    assert old in definition
    file = ggen.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    ggen.execute("PRAGMA writable_schema = ON")
    ggen.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (definition.replace(old, new, 1), name))
    with contextlib.closing(sqlite3.connect(file)) as connection:
        found = verify(connection)
    subject, problem = expected
    assert any(who == subject and problem in what for who, what in found), found
    assert {who for who, _ in found} - {subject} <= {"receipts.id"}  # whose definition names the key


def test_verify_sees_a_view_that_says_more(ggen: sqlite3.Connection) -> None:
    """Every clause is still there, and yet it is another view."""
    (definition,) = ggen.execute("SELECT sql FROM sqlite_schema WHERE name = 'agent_performance_summary'").fetchone()
    ggen.execute("DROP VIEW agent_performance_summary")
    ggen.execute(definition.replace("FROM receipts AS r", "FROM receipts AS r WHERE r.status = 'passed'"))
    assert any("it is now CREATE VIEW" in problem for _, problem in verify(ggen))
