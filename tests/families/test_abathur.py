"""abathur on SQLite: exactly the tables and indexes of its document, and what they refuse, keep and date."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import pytest

# ------------------------------------------------------------------------------------------------ what the seed asks

Column = tuple[str, str, bool, str | None]
NOW = "CURRENT_TIMESTAMP"


def column(name: str, type_: str = "TEXT", required: bool = True, default: str | None = None) -> Column:
    return (name, type_, required, default)


def optional(name: str, type_: str = "TEXT", default: str | None = None) -> Column:
    return (name, type_, False, default)


def moment(name: str, required: bool = True, default: str | None = None) -> Column:
    return (name, "TIMESTAMP", required, default)


ID = optional("id", "INTEGER")
# In the order of the specification; tasks and agents have a text for a primary key, which SQLite lets be NULL: a CHECK
# refuses that instead of the column.
COLUMNS: dict[str, list[Column]] = {
    "sessions": [
        *[column("id"), column("app_name"), column("user_id"), optional("project_id")],
        *[column("status", default="'created'"), column("events", default="'[]'"), column("state", default="'{}'")],
        *[optional("metadata", default="'{}'"), moment("created_at", default=NOW)],
        *[moment("last_update_time", default=NOW), moment("terminated_at", False), moment("archived_at", False)],
    ],
    "memory_entries": [
        *[ID, column("namespace"), column("key"), column("value"), column("memory_type")],
        *[column("version", "INTEGER", default="1"), column("is_deleted", "BOOLEAN", default="0")],
        *[optional("metadata", default="'{}'"), optional("created_by"), optional("updated_by")],
        *[moment("created_at", default=NOW), moment("updated_at", default=NOW)],
    ],
    "document_index": [
        *[ID, column("file_path"), column("title"), optional("document_type"), column("content_hash")],
        *[optional("chunk_count", "INTEGER", "1"), optional("embedding_model"), optional("embedding_blob", "BLOB")],
        *[optional("metadata", default="'{}'"), moment("last_synced_at", False)],
        *[optional("sync_status", default="'pending'")],
        *[moment("created_at", default=NOW), moment("updated_at", default=NOW)],
    ],
    "tasks": [
        *[optional("id"), column("prompt"), column("agent_type", default="'general'")],
        *[column("priority", "INTEGER", default="5"), column("status"), column("input_data"), optional("result_data")],
        *[optional("error_message"), optional("retry_count", "INTEGER", "0"), optional("max_retries", "INTEGER", "3")],
        *[optional("max_execution_timeout_seconds", "INTEGER", "3600"), moment("submitted_at")],
        *[moment("started_at", False), moment("completed_at", False), moment("last_updated_at")],
        *[optional("created_by"), optional("parent_task_id"), optional("dependencies"), optional("session_id")],
    ],
    "agents": [
        *[optional("id"), column("name"), column("specialization"), column("task_id"), column("state")],
        *[column("model"), moment("spawned_at"), moment("terminated_at", False), optional("resource_usage")],
        optional("session_id"),
    ],
    "state": [
        *[ID, column("task_id"), column("key"), column("value"), moment("created_at"), moment("updated_at")],
    ],
    "audit": [
        *[ID, moment("timestamp"), optional("agent_id"), column("task_id"), column("action_type")],
        *[optional("action_data"), optional("result"), optional("memory_operation_type")],
        *[optional("memory_namespace"), optional("memory_entry_id", "INTEGER")],
    ],
    "metrics": [ID, moment("timestamp"), column("metric_name"), column("metric_value", "REAL"), optional("labels")],
    "checkpoints": [
        *[column("task_id"), column("iteration", "INTEGER"), column("state"), moment("created_at")],
        optional("session_id"),
    ],
}
COUNTS = {
    "sessions": 12,
    "memory_entries": 12,
    "document_index": 13,
    "tasks": 19,
    "agents": 10,
    "state": 6,
    "audit": 10,
    "metrics": 5,
    "checkpoints": 5,
}
INDEXES = {
    "idx_sessions_pk": ("sessions", "UNIQUE id"),
    "idx_sessions_status_updated": (
        "sessions",
        "status, last_update_time DESC WHERE status = 'active' OR status = 'paused' OR status IN ('active', 'paused')",
    ),
    "idx_sessions_user_created": ("sessions", "user_id, created_at DESC"),
    "idx_sessions_project": ("sessions", "project_id, created_at DESC WHERE project_id IS NOT NULL"),
    "idx_memory_entries_pk": ("memory_entries", "UNIQUE id"),
    "idx_memory_namespace_key_version": ("memory_entries", "namespace, key, is_deleted, version DESC"),
    "idx_memory_type_updated": ("memory_entries", "memory_type, updated_at DESC WHERE is_deleted = 0"),
    "idx_memory_namespace_prefix": (
        "memory_entries",
        "namespace COLLATE NOCASE, updated_at DESC WHERE is_deleted = 0",
    ),
    "idx_memory_conflict_detection": (
        "memory_entries",
        "namespace COLLATE NOCASE, key COLLATE NOCASE, is_deleted, version DESC, updated_by",
    ),
    "idx_memory_episodic_ttl": (
        "memory_entries",
        "memory_type, updated_at WHERE memory_type = 'episodic' AND is_deleted = 0",
    ),
    "idx_memory_created_by": ("memory_entries", "created_by, created_at DESC"),
    "idx_document_index_pk": ("document_index", "UNIQUE id"),
    "idx_document_file_path": ("document_index", "UNIQUE file_path"),
    "idx_document_type_created": ("document_index", "document_type, created_at DESC WHERE document_type IS NOT NULL"),
    "idx_document_sync_status": (
        "document_index",
        "sync_status, last_synced_at"
        " WHERE sync_status = 'pending' OR sync_status = 'stale' OR sync_status IN ('pending', 'stale')",
    ),
    "idx_document_content_hash": ("document_index", "content_hash"),
    "idx_tasks_status_priority": ("tasks", "status, priority DESC, submitted_at"),
    "idx_tasks_submitted_at": ("tasks", "submitted_at"),
    "idx_tasks_parent": ("tasks", "parent_task_id"),
    "idx_tasks_running_timeout": ("tasks", "status, last_updated_at WHERE status = 'running'"),
    "idx_tasks_session": ("tasks", "session_id, submitted_at DESC WHERE session_id IS NOT NULL"),
    "idx_agents_task": ("agents", "task_id"),
    "idx_agents_state": ("agents", "state"),
    "idx_agents_session": ("agents", "session_id, spawned_at DESC WHERE session_id IS NOT NULL"),
    "idx_audit_task": ("audit", "task_id, timestamp DESC"),
    "idx_audit_agent": ("audit", "agent_id, timestamp DESC"),
    "idx_audit_timestamp": ("audit", "timestamp DESC"),
    "idx_audit_memory_operations": (
        "audit",
        "memory_operation_type, timestamp DESC WHERE memory_operation_type IS NOT NULL",
    ),
    "idx_audit_memory_namespace": ("audit", "memory_namespace, timestamp DESC WHERE memory_namespace IS NOT NULL"),
    "idx_audit_memory_entry": ("audit", "memory_entry_id, timestamp DESC WHERE memory_entry_id IS NOT NULL"),
    "idx_state_task_key": ("state", "task_id, key, updated_at"),
    "idx_metrics_name_timestamp": ("metrics", "metric_name, timestamp DESC"),
    "idx_checkpoints_task": ("checkpoints", "task_id, iteration DESC, created_at"),
}
OUR_INDEXES = {"checkpoints_session_id_idx": ("checkpoints", "session_id WHERE session_id IS NOT NULL")}
TRIGGERS = {
    "sessions_last_update_time",
    "memory_entries_next_version",
    "memory_entries_no_overwrite",
    "memory_entries_no_return",
    "memory_entries_mark",
    "memory_entries_no_tombstone",
    "memory_entries_no_loss",
    "memory_entries_updated_at",
    "document_index_updated_at",
    "tasks_last_updated_at",
    "state_updated_at",
    "metrics_metric_value_insert",
    "metrics_metric_value_update",
}
VIEW_TRIGGERS = {
    "current_memory_insert",
    "current_memory_same_key",
    "current_memory_update",
    "current_memory_delete",
}
ENUMERATIONS = {
    ("sessions", "status"): ["created", "active", "paused", "terminated", "archived"],
    ("memory_entries", "memory_type"): ["semantic", "episodic", "procedural"],
    ("document_index", "document_type"): ["design", "specification", "plan", "report"],
    ("document_index", "sync_status"): ["pending", "synced", "failed", "stale"],
    ("tasks", "status"): ["pending", "running", "completed", "failed", "cancelled"],
    ("agents", "state"): ["idle", "working", "waiting", "terminated"],
    ("audit", "memory_operation_type"): ["create", "update", "delete", "consolidate", "publish"],
}
# table: (column, parent, what becomes of the row when the parent is deleted).
REFERENCES = {
    "tasks": [("parent_task_id", "tasks", "NO ACTION"), ("session_id", "sessions", "SET NULL")],
    "agents": [("task_id", "tasks", "NO ACTION"), ("session_id", "sessions", "SET NULL")],
    "state": [("task_id", "tasks", "NO ACTION")],
    "audit": [
        ("agent_id", "agents", "NO ACTION"),
        ("task_id", "tasks", "NO ACTION"),
        ("memory_entry_id", "memory_entries", "SET NULL"),
    ],
    "checkpoints": [("task_id", "tasks", "NO ACTION"), ("session_id", "sessions", "SET NULL")],
}
JSON = [
    *[("sessions", "events"), ("sessions", "state"), ("sessions", "metadata")],
    *[("memory_entries", "value"), ("memory_entries", "metadata"), ("document_index", "metadata")],
    ("tasks", "input_data"),
]
NAMESPACES = [("memory_entries", "namespace"), ("audit", "memory_namespace")]

# ---------------------------------------------------------------------------------------------------- small helpers

NOON = "2026-02-04T12:00:00.000000+00:00"
# The least that each table accepts.
ROWS: dict[str, dict[str, Any]] = {
    "sessions": {"id": "s", "app_name": "abathur", "user_id": "alice"},
    "memory_entries": {"namespace": "user:alice", "key": "k", "value": "1", "memory_type": "semantic"},
    "document_index": {"file_path": "a.md", "title": "A", "content_hash": "00"},
    "tasks": {
        "id": "t",
        "prompt": "p",
        "status": "pending",
        "input_data": "{}",
        "submitted_at": NOON,
        "last_updated_at": NOON,
    },
    "agents": {
        "id": "a",
        "name": "n",
        "specialization": "s",
        "task_id": "t",
        "state": "idle",
        "model": "m",
        "spawned_at": NOON,
    },
    "state": {"task_id": "t", "key": "k", "value": "v", "created_at": NOON, "updated_at": NOON},
    "audit": {"timestamp": NOON, "task_id": "t", "action_type": "x"},
    "metrics": {"timestamp": NOON, "metric_name": "m", "metric_value": 1.0},
    "checkpoints": {"task_id": "t", "iteration": 1, "state": "{}", "created_at": NOON},
}
PARENTS = {"agents": ["tasks"], "state": ["tasks"], "audit": ["tasks"], "checkpoints": ["tasks"]}


def insert(connection: sqlite3.Connection, table: str, **values: Any) -> int:
    """Insert the least row of a table with some values changed; returns its rowid."""
    row = ROWS[table] | values
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    found = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING rowid", row).fetchall()
    return int(found[0][0])


def with_parents(connection: sqlite3.Connection, table: str) -> None:
    for parent in PARENTS.get(table, []):
        insert(connection, parent)


def one(connection: sqlite3.Connection, sql: str, *values: Any) -> Any:
    return connection.execute(sql, values).fetchone()[0]


def names(connection: sqlite3.Connection, kind: str) -> set[str]:
    """Names of the family's own objects: the ledger of the runner is in the same file."""
    tables = (*COLUMNS, "current_memory")
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
        f" AND tbl_name IN ({', '.join('?' * len(tables))})",
        (kind, *tables),
    )
    return {name for (name,) in found}


def refuses(connection: sqlite3.Connection, message: str, table: str, **values: Any) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=message):
        insert(connection, table, **values)


# ------------------------------------------------------------------------------------------------- exactly the schema


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_are_those_of_the_specification(table: str, abathur: sqlite3.Connection) -> None:
    found = abathur.execute('SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)', (table,))
    assert [(name, type_, bool(required), default) for name, type_, required, default in found] == COLUMNS[table]
    assert len(COLUMNS[table]) == COUNTS[table]


def test_there_is_nothing_else(abathur: sqlite3.Connection) -> None:
    assert names(abathur, "table") == set(COLUMNS)
    assert names(abathur, "index") == set(INDEXES) | set(OUR_INDEXES)
    assert names(abathur, "trigger") == TRIGGERS | VIEW_TRIGGERS
    assert names(abathur, "view") == {"current_memory"}
    assert len(COLUMNS) == 9 and len(INDEXES) == 33


def definition(connection: sqlite3.Connection, index: str) -> str:
    (table, sql) = connection.execute("SELECT tbl_name, sql FROM sqlite_schema WHERE name = ?", (index,)).fetchone()
    listed = 'SELECT "unique" FROM pragma_index_list(?) WHERE name = ?'
    (unique,) = connection.execute(listed, (table, index)).fetchone()
    keys = connection.execute('SELECT name, "desc", coll FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno', (index,))
    terms = [
        name + ("" if collation == "BINARY" else f" COLLATE {collation}") + (" DESC" if descending else "")
        for name, descending, collation in keys
    ]
    predicate = " ".join(sql[sql.index("WHERE") :].split()) if sql and "WHERE" in sql else ""
    return f"{'UNIQUE ' if unique else ''}{', '.join(terms)} {predicate}".strip()


@pytest.mark.parametrize("index", [*INDEXES, *OUR_INDEXES])
def test_index_is_that_of_the_specification(index: str, abathur: sqlite3.Connection) -> None:
    table, expected = (INDEXES | OUR_INDEXES)[index]
    assert one(abathur, "SELECT tbl_name FROM sqlite_schema WHERE name = ?", index) == table
    assert definition(abathur, index) == expected


@pytest.mark.parametrize("table", COLUMNS)
def test_no_two_indexes_of_a_table_are_the_same(table: str, abathur: sqlite3.Connection) -> None:
    """Same columns and same rows, whatever the direction; SQLite's own indexes of constraints count too."""
    seen: dict[tuple[Any, ...], str] = {}
    for (index,) in abathur.execute("SELECT name FROM pragma_index_list(?)", (table,)).fetchall():
        terms = abathur.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (index,)).fetchall()
        predicate = re.search(r"WHERE.*", definition(abathur, index))
        key = (tuple(terms), predicate.group() if predicate else None)
        assert key not in seen, f"{index} is {seen.get(key)}"
        seen[key] = index


@pytest.mark.parametrize("table", COLUMNS)
def test_references_are_those_of_the_specification(table: str, abathur: sqlite3.Connection) -> None:
    found = abathur.execute('SELECT "from", "table", on_delete FROM pragma_foreign_key_list(?)', (table,)).fetchall()
    assert sorted(found) == sorted(REFERENCES.get(table, []))


@pytest.mark.parametrize(
    ("table", "name"), [(table, entry[0]) for table, entries in COLUMNS.items() for entry in entries if entry[2]]
)
def test_required_columns_refuse_null(table: str, name: str, abathur: sqlite3.Connection) -> None:
    with_parents(abathur, table)
    message = rf"NOT NULL constraint failed: {table}\.{name}|the next version of its key"
    refuses(abathur, message, table, **{name: None})


@pytest.mark.parametrize("table", COLUMNS)
def test_the_other_columns_accept_null(table: str, abathur: sqlite3.Connection) -> None:
    with_parents(abathur, table)
    insert(abathur, table, **{name: None for name, _, required, _ in COLUMNS[table] if not required and name != "id"})


@pytest.mark.parametrize("table", ["tasks", "agents"])
def test_a_text_key_is_not_null_and_unique(table: str, abathur: sqlite3.Connection) -> None:
    with_parents(abathur, table)
    refuses(abathur, f"CHECK constraint failed: {table}_id_check", table, id=None)
    insert(abathur, table)
    refuses(abathur, rf"UNIQUE constraint failed: {table}\.id", table)


@pytest.mark.parametrize(
    ("table", "values", "message"),
    [
        ("sessions", {}, "UNIQUE constraint failed: sessions.id"),
        ("document_index", {}, "UNIQUE constraint failed: document_index.file_path"),
        ("state", {"value": "other"}, "UNIQUE constraint failed: state.task_id, state.key"),
        ("checkpoints", {"state": "other"}, "UNIQUE constraint failed: checkpoints.task_id, checkpoints.iteration"),
    ],
)
def test_keys_are_unique(table: str, values: dict[str, Any], message: str, abathur: sqlite3.Connection) -> None:
    with_parents(abathur, table)
    insert(abathur, table)
    refuses(abathur, message, table, **values)


@pytest.mark.parametrize(
    ("table", "index"),
    [("memory_entries", "idx_memory_entries_pk"), ("document_index", "idx_document_index_pk")],
)
def test_an_id_is_unique_and_not_handed_out_again(table: str, index: str, abathur: sqlite3.Connection) -> None:
    first = insert(abathur, table)
    if table == "memory_entries":
        abathur.execute("UPDATE memory_entries SET is_deleted = 1")
    abathur.execute(f"DELETE FROM {table}")
    assert insert(abathur, table) == first + 1
    assert definition(abathur, index) == "UNIQUE id"


def test_documents_are_upserted_by_their_path(abathur: sqlite3.Connection) -> None:
    for title in ("A", "B"):
        abathur.execute(
            "INSERT INTO document_index (file_path, title, content_hash) VALUES ('a.md', ?, '00')"
            " ON CONFLICT (file_path) DO UPDATE SET title = excluded.title",
            (title,),
        )
    assert abathur.execute("SELECT id, title FROM document_index").fetchall() == [(1, "B")]


# --------------------------------------------------------------------------------------------------------- constraints


@pytest.mark.parametrize(("table", "name"), ENUMERATIONS)
def test_enumeration_is_closed(table: str, name: str, abathur: sqlite3.Connection) -> None:
    with_parents(abathur, table)
    keys = {"sessions": "id", "tasks": "id", "agents": "id", "document_index": "file_path", "memory_entries": "key"}
    failed = f"CHECK constraint failed: {table}_{name}_check"
    for number, value in enumerate(ENUMERATIONS[table, name]):
        key = {keys[table]: f"key {number}"} if table in keys else {}
        insert(abathur, table, **{name: value}, **key)
        refuses(abathur, failed, table, **{name: value.upper(), **(key and {keys[table]: "x"})})
        refuses(abathur, failed, table, **{name: value + " ", **(key and {keys[table]: "x"})})
    refuses(abathur, failed, table, **{name: "", **({keys[table]: "x"} if table in keys else {})})


@pytest.mark.parametrize(("table", "name"), JSON)
@pytest.mark.parametrize("value", ["", "{", "plain", "{'a': 1}", "[1,]"])
def test_json_is_json(table: str, name: str, value: str, abathur: sqlite3.Connection) -> None:
    refuses(abathur, f"CHECK constraint failed: {table}_{name}_check", table, **{name: value})
    insert(abathur, table, **{name: '{"a": [1, null, "ü"]}'})


@pytest.mark.parametrize(("table", "name"), NAMESPACES)
def test_a_namespace_begins_with_one_of_five_roots(table: str, name: str, abathur: sqlite3.Connection) -> None:
    with_parents(abathur, table)
    for namespace in ("project:x", "app:x", "user:alice:preferences", "session:1", "temp:"):
        insert(abathur, table, **{name: namespace})
    for namespace in ("project", "Project:x", " user:x", "other:x", "xproject:x", "", ":", "users:x"):
        refuses(abathur, f"CHECK constraint failed: {table}_{name}_check", table, **{name: namespace})


@pytest.mark.parametrize("value", [0, 11, -1, 5.5, "high", "", b"5"])
def test_priority_is_from_1_to_10(value: Any, abathur: sqlite3.Connection) -> None:
    refuses(abathur, "CHECK constraint failed: tasks_priority_check", "tasks", priority=value)
    for number in range(1, 11):
        insert(abathur, "tasks", id=f"t{number}", priority=number)
    insert(abathur, "tasks", priority="7")
    assert one(abathur, "SELECT typeof(priority) FROM tasks WHERE id = 't'") == "integer"


@pytest.mark.parametrize("value", [0, -1, 1.5, "one", b"1"])
def test_version_is_a_number_above_zero(value: Any, abathur: sqlite3.Connection) -> None:
    """The trigger looks first; the CHECK holds where it is gone."""
    refuses(abathur, "the next version of its key", "memory_entries", version=value)
    abathur.execute("DROP TRIGGER memory_entries_next_version")
    refuses(abathur, "CHECK constraint failed: memory_entries_version_check", "memory_entries", version=value)


@pytest.mark.parametrize("value", [2, -1, "yes", "true", 0.5])
def test_is_deleted_is_0_or_1(value: Any, abathur: sqlite3.Connection) -> None:
    refuses(abathur, "CHECK constraint failed: memory_entries_is_deleted_check", "memory_entries", is_deleted=value)


@pytest.mark.parametrize("value", ["text", b"", b"123", b"12345", 1.5])
def test_an_embedding_is_a_row_of_float32(value: Any, abathur: sqlite3.Connection) -> None:
    failed = "CHECK constraint failed: document_index_embedding_blob_check"
    refuses(abathur, failed, "document_index", embedding_blob=value)
    insert(abathur, "document_index", embedding_blob=b"\0\0\x80\x3f" * 384)
    assert one(abathur, "SELECT length(embedding_blob) / 4 FROM document_index") == 384


@pytest.mark.parametrize("value", [-1, 1.5, "many", b"1"])
def test_chunks_are_counted(value: Any, abathur: sqlite3.Connection) -> None:
    refuses(abathur, "CHECK constraint failed: document_index_chunk_count_check", "document_index", chunk_count=value)
    insert(abathur, "document_index", chunk_count=0)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (-0.5, "CHECK constraint failed: metric_value >= 0"),
        (-1, "CHECK constraint failed: metric_value >= 0"),
        ("half", "metrics: metric_value is not a finite number"),
        ("", "metrics: metric_value is not a finite number"),
        (b"1", "metrics: metric_value is not a finite number"),
        (float("inf"), "metrics: metric_value is not a finite number"),
    ],
)
def test_a_metric_is_a_finite_number_and_not_below_zero(value: Any, message: str, abathur: sqlite3.Connection) -> None:
    refuses(abathur, message, "metrics", metric_value=value)
    insert(abathur, "metrics")
    with pytest.raises(sqlite3.IntegrityError, match=message):
        abathur.execute("UPDATE metrics SET metric_value = ?", (value,))
    with pytest.raises(sqlite3.IntegrityError, match=r"NOT NULL constraint failed: metrics\.metric_value"):
        abathur.execute("UPDATE metrics SET metric_value = NULL")
    for number in (0, 0.0, 3, 1e300, "2.5"):
        insert(abathur, "metrics", metric_value=number)
        abathur.execute("UPDATE metrics SET metric_value = ?", (number,))
    assert set(abathur.execute("SELECT DISTINCT typeof(metric_value) FROM metrics")) == {("real",)}


# --------------------------------------------------------------------------------------------------------- references

ORPHANS = [
    (table, name, 7 if parent == "memory_entries" else "nothing")
    for table, entries in REFERENCES.items()
    for name, parent, _ in entries
]


@pytest.mark.parametrize(("table", "name", "value"), ORPHANS)
def test_what_does_not_exist_cannot_be_referred_to(
    table: str, name: str, value: Any, abathur: sqlite3.Connection
) -> None:
    with_parents(abathur, table)
    refuses(abathur, "FOREIGN KEY constraint failed", table, **{name: value})


@pytest.fixture
def family(abathur: sqlite3.Connection) -> sqlite3.Connection:
    """One row of each table, all of one session and one task, and a second task that is a part of the first."""
    insert(abathur, "sessions")
    insert(abathur, "memory_entries")
    insert(abathur, "tasks", session_id="s")
    insert(abathur, "tasks", id="part", parent_task_id="t", session_id="s")
    insert(abathur, "agents", session_id="s")
    insert(abathur, "state")
    insert(abathur, "audit", agent_id="a", memory_entry_id=1, memory_namespace="user:alice")
    insert(abathur, "checkpoints", session_id="s")
    return abathur


def test_deleting_a_session_nulls_references(family: sqlite3.Connection) -> None:
    tables = ("tasks", "agents", "checkpoints")
    counted = {table: one(family, f"SELECT count(*) FROM {table}") for table in tables}
    family.execute("DELETE FROM sessions")
    for table in tables:
        assert one(family, f"SELECT count(*) FROM {table}") == counted[table]
        assert one(family, f"SELECT count(session_id) FROM {table}") == 0


def test_deleting_a_session_is_no_sign_of_life_of_its_tasks(family: sqlite3.Connection) -> None:
    family.execute("DELETE FROM sessions")
    assert family.execute("SELECT DISTINCT last_updated_at FROM tasks").fetchall() == [(NOON,)]


@pytest.mark.parametrize("table", ["tasks", "agents", "state", "audit", "checkpoints"])
def test_a_task_that_is_referred_to_is_not_deleted(table: str, family: sqlite3.Connection) -> None:
    """By each of the five tables alone."""
    for other in ("audit", "state", "checkpoints", "agents"):
        if other != table and not (table == "audit" and other == "agents"):
            family.execute(f"DELETE FROM {other}")
    if table != "tasks":
        family.execute("UPDATE tasks SET parent_task_id = NULL")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        family.execute("DELETE FROM tasks WHERE id = 't'")


def test_a_task_that_nothing_refers_to_is_deleted(family: sqlite3.Connection) -> None:
    family.execute("DELETE FROM tasks WHERE id = 'part'")
    assert one(family, "SELECT count(*) FROM tasks") == 1


def test_an_agent_with_a_trail_is_not_deleted(family: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        family.execute("DELETE FROM agents")


def test_purging_a_memory_leaves_its_trail(family: sqlite3.Connection) -> None:
    family.execute("UPDATE memory_entries SET is_deleted = 1")
    family.execute("DELETE FROM memory_entries")
    assert family.execute("SELECT memory_entry_id, memory_namespace FROM audit").fetchall() == [(None, "user:alice")]


@pytest.mark.parametrize("parent", ["sessions", "tasks", "agents", "memory_entries"])
def test_deleting_a_parent_reads_no_table_of_children_whole(parent: str, abathur: sqlite3.Connection) -> None:
    """SQLite does not show in a plan how it looks for children, so what it would run is asked instead."""
    for table, entries in REFERENCES.items():
        for name, referred, _ in entries:
            if referred == parent:
                plan = abathur.execute(f"EXPLAIN QUERY PLAN SELECT rowid FROM {table} WHERE {name} = ?", ("x",))
                assert all("SEARCH" in entry[3] and "INDEX" in entry[3] for entry in plan), (table, name)


# -------------------------------------------------------------------------------------------------------- timestamps

DATED = {
    "sessions": "last_update_time",
    "memory_entries": "updated_at",
    "document_index": "updated_at",
    "tasks": "last_updated_at",
    "state": "updated_at",
}
OLD = "2001-01-01 00:00:00"
# What no statement may change, or what is not a change of the thing itself.
FIXED = {
    "memory_entries": {"id", "namespace", "key", "value", "memory_type", "version", "created_by", "created_at"},
    "tasks": {"session_id"},
}
CHANGES = [
    (table, entry[0])
    for table, dated in DATED.items()
    for entry in COLUMNS[table]
    if entry[0] not in {dated, *FIXED.get(table, set())}
]
NEW = {"status": "completed", "memory_type": "episodic", "document_type": "plan", "sync_status": "failed"} | {
    "events": "[1]",
    "state": "[1]",
    "metadata": "[1]",
    "input_data": "[1]",
    "value": "[1]",
    "is_deleted": 1,
    "id": 77,
    "chunk_count": 7,
    "embedding_blob": b"1234",
    "priority": 7,
    "retry_count": 7,
    "max_retries": 7,
    "max_execution_timeout_seconds": 7,
}


@pytest.mark.parametrize(("table", "changed"), CHANGES)
def test_a_change_is_dated(table: str, changed: str, abathur: sqlite3.Connection) -> None:
    with_parents(abathur, table)
    dated = DATED[table]
    insert(abathur, table, **{dated: OLD})
    key = {"memory_entries": {"key": "other"}, "state": {"key": "other"}, "document_index": {"file_path": "b.md"}}
    insert(abathur, table, **{dated: OLD, **key.get(table, {"id": "other"})})
    other = {"task_id": "second", "parent_task_id": "other"}
    if changed == "task_id":
        insert(abathur, "tasks", id="second")
    value = {"sessions.status": "paused"}.get(f"{table}.{changed}", {**NEW, **other}.get(changed, "x"))
    abathur.execute(f"UPDATE {table} SET {changed} = ? WHERE rowid = 1", (value,))
    rowid = 77 if (changed, table) in {("id", "document_index"), ("id", "state")} else 1
    assert one(abathur, f"SELECT julianday('now') - julianday({dated}) FROM {table} WHERE rowid = ?", rowid) < 1 / 24
    assert one(abathur, f"SELECT {dated} FROM {table} WHERE rowid = 2") == OLD


@pytest.mark.parametrize("table", DATED)
@pytest.mark.parametrize("recursive", ["OFF", "ON"])
def test_a_time_that_is_written_stays(table: str, recursive: str, abathur: sqlite3.Connection) -> None:
    abathur.execute(f"PRAGMA recursive_triggers = {recursive}")
    with_parents(abathur, table)
    dated = DATED[table]
    insert(abathur, table, **{dated: OLD})
    other = {"memory_entries": "metadata = '[1]'", "tasks": "prompt = 'x'", "document_index": "title = 'x'"}
    change = other.get(table, "value = 'x'" if table == "state" else "app_name = 'x'")
    abathur.execute(f"UPDATE {table} SET {dated} = ?, {change}", ("2002-02-02 00:00:00",))
    assert one(abathur, f"SELECT {dated} FROM {table}") == "2002-02-02 00:00:00"
    abathur.execute(f"UPDATE {table} SET {change}")
    assert one(abathur, f"SELECT julianday('now') - julianday({dated}) FROM {table}") < 1 / 24


@pytest.mark.parametrize("table", ["tasks", "state"])
def test_times_of_the_application_and_of_the_trigger_sort_as_one(table: str, abathur: sqlite3.Connection) -> None:
    """Python's isoformat() leaves out the fraction when it is zero; all three spellings sort by their instants."""
    with_parents(abathur, table)
    insert(abathur, table, **{DATED[table]: OLD})
    abathur.execute(f"UPDATE {table} SET {'prompt' if table == 'tasks' else 'value'} = 'x'")
    written = one(abathur, f"SELECT {DATED[table]} FROM {table} WHERE rowid = 1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", written)
    second = written[:19]
    assert f"{second}+00:00" < written < f"{second}.{written[20:23]}999+00:00"


def test_the_session_of_a_task_does_not_date_it(abathur: sqlite3.Connection) -> None:
    insert(abathur, "sessions")
    insert(abathur, "tasks", last_updated_at=OLD)
    abathur.execute("UPDATE tasks SET session_id = 's'")
    assert one(abathur, "SELECT last_updated_at FROM tasks") == OLD


def test_tables_without_a_time_of_change_have_no_trigger_for_one(abathur: sqlite3.Connection) -> None:
    for table in ("agents", "audit", "metrics", "checkpoints"):
        assert not {name for name, *_ in COLUMNS[table]} & {"updated_at", "last_updated_at", "last_update_time"}
    dating = {name for name in TRIGGERS if re.search(r"updated_at$|update_time$", name)}
    assert dating == {f"{table}_{dated}" for table, dated in DATED.items()}
