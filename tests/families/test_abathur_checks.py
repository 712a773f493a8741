"""abathur's checks and verify files on SQLite: what they see, what they leave alone, and what they say."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT
from sqlite_files import Violation, violations

CHECKS = ROOT / "sql" / "checks" / "abathur" / "sqlite"
ANY = ROOT / "sql" / "checks" / "any" / "sqlite"
VERIFY = ROOT / "migrations" / "abathur" / "sqlite" / "verify"
TIMES = {
    "sessions": ("created_at", "last_update_time", "terminated_at", "archived_at"),
    "memory_entries": ("created_at", "updated_at"),
    "document_index": ("last_synced_at", "created_at", "updated_at"),
    "tasks": ("submitted_at", "started_at", "completed_at", "last_updated_at"),
    "agents": ("spawned_at", "terminated_at"),
    "state": ("created_at", "updated_at"),
    "audit": ("timestamp",),
    "metrics": ("timestamp",),
    "checkpoints": ("created_at",),
}
EVERY_TIME = [(table, column) for table, columns in TIMES.items() for column in columns]


def check(connection: sqlite3.Connection, rule: str) -> list[Violation]:
    own = CHECKS / f"{rule}.sql"
    return violations(connection, own if own.exists() else ANY / own.name)


def verify(connection: sqlite3.Connection) -> list[Violation]:
    return [found for file in sorted(VERIFY.glob("*.sql")) for found in violations(connection, file)]


@contextlib.contextmanager
def careless(connection: sqlite3.Connection) -> Iterator[None]:
    """A connection as one should not make it, on a database whose triggers are gone: nothing is refused."""
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield
    for _, sql in triggers:
        connection.execute(sql)
    connection.execute("PRAGMA ignore_check_constraints = OFF")
    connection.execute("PRAGMA foreign_keys = ON")


# -------------------------------------------------------------------------------------------------------------- checks

RULES = sorted(file.stem for folder in (CHECKS, ANY) for file in folder.glob("*.sql"))


def test_the_rules_are_known() -> None:
    known = {"audit_of_memory", "foreign_keys", "integrity", "journal_mode", "metric_values", "task_ancestors"}
    assert set(RULES) == known | {"memory_current", "memory_deletions", "memory_versions", "time_order", "timestamps"}


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds_of_an_empty_database(rule: str, abathur: sqlite3.Connection) -> None:
    assert check(abathur, rule) == []


@pytest.mark.parametrize("rule", RULES)
def test_rule_holds_of_the_seed_rows(rule: str, abathur_seeded: sqlite3.Connection) -> None:
    assert check(abathur_seeded, rule) == []


BROKEN: list[tuple[str, str, list[Violation]]] = [
    (
        "foreign_keys",
        "DELETE FROM sessions WHERE id = 'session-4'",
        [("tasks rowid 8", "session_id refers to a row of sessions that does not exist")],
    ),
    (
        "foreign_keys",
        "DELETE FROM tasks WHERE id = 'task-9'",
        [
            ("agents rowid 4", "task_id refers to a row of tasks that does not exist"),
            ("checkpoints rowid 4", "task_id refers to a row of tasks that does not exist"),
            ("state rowid 3", "task_id refers to a row of tasks that does not exist"),
        ],
    ),
    (
        "foreign_keys",
        "DELETE FROM memory_entries WHERE id = 9",
        [("audit rowid 4", "memory_entry_id refers to a row of memory_entries that does not exist")],
    ),
    (
        "foreign_keys",
        "UPDATE agents SET session_id = 'none' WHERE id = 'agent-3'",
        [("agents rowid 3", "session_id refers to a row of sessions that does not exist")],
    ),
    (
        "integrity",
        "UPDATE tasks SET status = 'done' WHERE id = 'task-1'",
        [("database", "CHECK constraint failed in tasks")],
    ),
    (
        "integrity",
        "UPDATE memory_entries SET namespace = 'other' WHERE id = 1",
        [("database", "CHECK constraint failed in memory_entries")],
    ),
    (
        "integrity",
        "UPDATE document_index SET embedding_blob = x'00' WHERE id = 1",
        [("database", "CHECK constraint failed in document_index")],
    ),
    (
        "memory_versions",
        "DELETE FROM memory_entries WHERE id = 2",
        [("memory user:alice:preferences style", "has 2 versions from 1 to 3")],
    ),
    (
        "memory_versions",
        "UPDATE memory_entries SET version = 7 WHERE id = 5",
        [],
    ),
    (
        "memory_deletions",
        "UPDATE memory_entries SET is_deleted = 1 WHERE id = 3",
        [
            (
                "memory user:alice:preferences style",
                "version 1 is not deleted, and version 3, which is newer, is",
            )
        ],
    ),
    (
        "memory_deletions",
        "UPDATE memory_entries SET is_deleted = 1 WHERE id = 1",
        [],
    ),
    (
        "audit_of_memory",
        "UPDATE audit SET memory_namespace = 'temp:x' WHERE id = 5",
        [("audit id 5", "memory_namespace is 'temp:x', and memory 3 is in user:alice:preferences")],
    ),
    (
        "audit_of_memory",
        "UPDATE audit SET memory_namespace = NULL WHERE id = 5",
        [("audit id 5", "memory_namespace is NULL, and memory 3 is in user:alice:preferences")],
    ),
    (
        "metric_values",
        "UPDATE metrics SET metric_value = 'half' WHERE id = 2",
        [("metrics id 2", "metric_value is 'half', which is no finite number")],
    ),
    (
        "metric_values",
        "UPDATE metrics SET metric_value = 9e999 WHERE id = 2",
        [("metrics id 2", "metric_value is 9.0e+999, which is no finite number")],
    ),
    (
        "task_ancestors",
        "UPDATE tasks SET parent_task_id = 'task-4' WHERE id = 'task-1'",
        [
            (f"tasks id {task}", f"is a part of itself, or of a task that is: its parent is {parent}")
            for task, parent in (("task-1", "task-4"), ("task-2", "task-1"), ("task-3", "task-1"), ("task-4", "task-3"))
        ],
    ),
    (
        "task_ancestors",
        "UPDATE tasks SET parent_task_id = id WHERE id = 'task-7'",
        [("tasks id task-7", "is a part of itself, or of a task that is: its parent is task-7")],
    ),
    # Whose parent is missing is a matter of the foreign keys.
    ("task_ancestors", "UPDATE tasks SET parent_task_id = 'none' WHERE id = 'task-7'", []),
]


@pytest.mark.parametrize(("rule", "change", "expected"), BROKEN)
def test_what_is_broken_is_named(
    rule: str, change: str, expected: list[Violation], abathur_seeded: sqlite3.Connection
) -> None:
    with careless(abathur_seeded):
        abathur_seeded.execute(change)
    assert sorted(check(abathur_seeded, rule)) == [
        (subject, problem.replace("9.0e+999", found))
        for subject, problem in sorted(expected)
        for found in [abathur_seeded.execute("SELECT quote(9e999)").fetchone()[0]]
    ]


def test_a_view_that_shows_another_version_is_found(abathur_seeded: sqlite3.Connection) -> None:
    (sql,) = abathur_seeded.execute("SELECT sql FROM sqlite_schema WHERE name = 'current_memory'").fetchone()
    for old, new, shown in (
        ("n.version > m.version", "n.version < m.version", "1 times version 1"),
        ("n.version > m.version", "false", "3 times version 3"),
        ("m.is_deleted = 0", "m.is_deleted = 1", "nothing"),
    ):
        abathur_seeded.execute("DROP VIEW current_memory")
        abathur_seeded.execute(sql.replace(old, new, 1))
        found = dict(check(abathur_seeded, "memory_current"))
        assert found["memory user:alice:preferences style"] == f"current_memory shows {shown}, not version 3"


def test_journal_mode_other_than_wal_is_found(abathur: sqlite3.Connection) -> None:
    abathur.execute("PRAGMA journal_mode = delete")
    assert check(abathur, "journal_mode") == [
        ("database", "journal_mode is delete instead of wal; set it once with: PRAGMA journal_mode = wal")
    ]


@pytest.mark.parametrize(("table", "column"), EVERY_TIME)
@pytest.mark.parametrize("value", ["", "yesterday", "now", "10:00", "2026-13-01", "2026-02-04T10:00:00 CET", -1])
def test_what_names_no_instant_is_found(
    table: str, column: str, value: Any, abathur_seeded: sqlite3.Connection
) -> None:
    with careless(abathur_seeded):
        abathur_seeded.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = 1", (value,))
    ((subject, problem),) = check(abathur_seeded, "timestamps")
    assert subject.startswith(f"{table} ")
    assert problem == f"{column} is {value!r}, which names no fixed instant"


@pytest.mark.parametrize(("table", "column"), EVERY_TIME)
def test_every_spelling_of_an_instant_is_accepted(table: str, column: str, abathur_seeded: sqlite3.Connection) -> None:
    for value in ("2026-02-04", "2026-02-04T10:00:00.123456+00:00", "2026-02-04 10:00:00", "2026-02-04T10:00Z"):
        with careless(abathur_seeded):
            abathur_seeded.execute(f"UPDATE {table} SET {column} = ?", (value,))
        assert check(abathur_seeded, "timestamps") == []


SPANS = [
    *[("sessions", "created_at", column) for column in ("last_update_time", "terminated_at")],
    ("sessions", "terminated_at", "archived_at"),
    ("memory_entries", "created_at", "updated_at"),
    ("document_index", "created_at", "updated_at"),
    *[("tasks", "submitted_at", column) for column in ("started_at", "completed_at", "last_updated_at")],
    ("tasks", "started_at", "completed_at"),
    ("agents", "spawned_at", "terminated_at"),
    ("state", "created_at", "updated_at"),
]


@pytest.mark.parametrize(("table", "first", "second"), SPANS)
@pytest.mark.parametrize(
    ("begin", "end", "wrong"),
    [
        ("2026-02-04 10:00:01", "2026-02-04 10:00:00", True),
        ("2026-02-04T10:00:00+00:00", "2026-02-04 10:59:59+01:00", True),
        ("2026-02-04 10:00:00", "2026-02-04 10:00:00", False),
        # CURRENT_TIMESTAMP knows no fractions.
        ("2026-02-04T10:00:00.900000+00:00", "2026-02-04 10:00:00", False),
        ("2026-02-04 11:30:00+01:00", "2026-02-04 10:30:00", False),
    ],
)
def test_nothing_ends_before_it_begins(
    table: str, first: str, second: str, begin: str, end: str, wrong: bool, abathur_seeded: sqlite3.Connection
) -> None:
    others = [column for column in TIMES[table] if column not in {first, second}]
    with careless(abathur_seeded):
        for column in others:
            required = abathur_seeded.execute(
                'SELECT "notnull" FROM pragma_table_info(?) WHERE name = ?', (table, column)
            ).fetchone()[0]
            value = "2026-02-04T23:00:00" if required and column != "submitted_at" else None
            value = "2026-02-03T23:00:00" if required and column in {"submitted_at", "created_at"} else value
            abathur_seeded.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = 1", (value,))
        abathur_seeded.execute(f"UPDATE {table} SET {first} = ?, {second} = ? WHERE rowid = 1", (begin, end))
    found = check(abathur_seeded, "time_order")
    assert [problem for _, problem in found] == (
        [f"{second} is {end}, before {first}, which is {begin}"] if wrong else []
    )
    assert all(subject.startswith(f"{table} id ") for subject, _ in found)


# -------------------------------------------------------------------------------------------------------------- verify


def test_verify_is_content_with_the_schema(abathur_seeded: sqlite3.Connection) -> None:
    assert verify(abathur_seeded) == []


@pytest.mark.parametrize("table", TIMES)
def test_verify_says_that_a_table_is_missing(table: str, abathur: sqlite3.Connection) -> None:
    abathur.execute("PRAGMA foreign_keys = OFF")
    abathur.execute(f"DROP TABLE {table}")
    found = verify(abathur)
    assert any(who == table and what.startswith("table is missing: ") for who, what in found)


def test_verify_says_what_is_missing_in_a_database_without_a_schema() -> None:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        found = {subject for subject, _ in verify(connection)}
    assert found == {*TIMES, "current_memory"}


def test_verify_leaves_later_additions_alone(abathur: sqlite3.Connection) -> None:
    for statement in (
        "ALTER TABLE tasks ADD COLUMN reviewer TEXT",
        "ALTER TABLE sessions ADD COLUMN size INTEGER NOT NULL DEFAULT 0 CHECK (size >= 0)",
        "CREATE INDEX tasks_reviewer_idx ON tasks (reviewer)",
        "CREATE TABLE reviews (id INTEGER PRIMARY KEY, task_id TEXT REFERENCES tasks (id))",
        "CREATE VIEW reviewed AS SELECT id FROM tasks WHERE reviewer IS NOT NULL",
        "CREATE TRIGGER tasks_reviewed AFTER UPDATE OF reviewer ON tasks BEGIN SELECT 1; END",
    ):
        abathur.execute(statement)
    assert verify(abathur) == []


def test_verify_does_not_mind_how_lines_end(abathur: sqlite3.Connection) -> None:
    """A checkout with CRLF stores CRLF in the schema, which changes nothing."""
    abathur.execute("PRAGMA writable_schema = ON")
    changed = abathur.execute("UPDATE sqlite_schema SET sql = replace(sql, char(10), char(13, 10)) WHERE sql <> ''")
    assert changed.rowcount > 40
    assert verify(abathur) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("sessions", "'paused', ", "", ("sessions_status_check", "accepts a status that is not one of the five")),
        ("sessions", "metadata IS NULL OR ", "", ("sessions_metadata_check", "or refuses NULL")),
        ("idx_sessions_pk", "UNIQUE INDEX", "INDEX", ("idx_sessions_pk", "two sessions can share an id")),
        ("idx_sessions_status_updated", "status = 'active' OR ", "",
         ("idx_sessions_status_updated", "finding the open sessions, the liveliest first, reads every session")),
        ("memory_entries", "GLOB 'temp:*'", "GLOB '*'",
         ("memory_entries_namespace_check", "begins with none of the five roots")),
        ("memory_entries", "UNIQUE (namespace, key, version)", "UNIQUE (namespace, key)",
         ("memory_entries_namespace_key_version_key", "two entries can be the same version of a key")),
        ("idx_memory_namespace_prefix", "(namespace COLLATE NOCASE)", "namespace",
         ("idx_memory_namespace_prefix", "finding what is known below a namespace reads every entry")),
        ("memory_entries_next_version", "+ 1", "+ 2",
         ("memory_entries_next_version", "accepts a version that is not the next one of its key")),
        ("memory_entries_no_overwrite", "old.value, ", "",
         ("memory_entries_no_overwrite", "lets what a version says be changed")),
        ("memory_entries_mark", "version < new.version", "version <> new.version",
         ("memory_entries_mark", "does not mark all versions before the one that is marked, and no other")),
        ("memory_entries_no_loss", "old.is_deleted = 0", "false",
         ("memory_entries_no_loss", "lets go of what is not marked")),
        ("current_memory", "n.version > m.version", "n.version >= m.version",
         ("current_memory", "does not show the newest version that is not deleted, and only that")),
        ("current_memory_insert", "max(m.version) + 1", "max(m.version)",
         ("current_memory_insert", "does not take the version that the writer names, or the next one of the key")),
        ("current_memory_delete", "WHERE id = old.id", "WHERE true",
         ("current_memory_delete", "does not mark the version that is deleted, and no other")),
        ("document_index", "length(embedding_blob) % 4 = 0", "true",
         ("document_index_embedding_blob_check", "accepts an embedding that is no row of float32 numbers")),
        ("tasks", "priority BETWEEN 1 AND 10", "priority >= 1",
         ("tasks.session_id", "accepts a priority that is no whole number from 1 to 10")),
        ("tasks", "REFERENCES sessions (id) ON DELETE SET NULL", "REFERENCES sessions (id)",
         ("tasks.session_id", "accepts a session that does not exist, or keeps it from being deleted")),
        ("tasks", "DEFAULT 3600", "DEFAULT 60",
         ("tasks.max_execution_timeout_seconds", "column is INTEGER DEFAULT 60")),
        ("agents", "'waiting', ", "", ("agents.session_id", "accepts a state that is not one of the four")),
        ("audit", "task_id TEXT NOT NULL", "task_id TEXT", ("audit.task_id", "expected TEXT NOT NULL")),
        ("checkpoints", "PRIMARY KEY (task_id, iteration)", "UNIQUE (task_id, iteration)",
         ("checkpoints.iteration", "expected INTEGER NOT NULL, number 2 of the primary key")),
        ("idx_checkpoints_task", ", created_at", "",
         ("idx_checkpoints_task", "telling how far a task came reads the state of every checkpoint of it")),
        ("metrics", ">= 0", "> 0", ("metrics", "accepts a negative metric_value, or refuses zero")),
        ("metrics_metric_value_insert", "'real', 'null'", "'real', 'null', 'text'",
         ("metrics_metric_value_insert", "accepts what is no finite number")),
    ],
)  # fmt: skip
def test_verify_says_what_is_wrong_in_words(
    name: str, old: str, new: str, expected: Violation, abathur: sqlite3.Connection
) -> None:
    (definition,) = abathur.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    assert old in definition
    file = abathur.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    abathur.execute("PRAGMA writable_schema = ON")
    abathur.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (definition.replace(old, new, 1), name))
    with contextlib.closing(sqlite3.connect(file)) as connection:
        found = verify(connection)
    subject, problem = expected
    assert any(who == subject and problem in what for who, what in found), found
