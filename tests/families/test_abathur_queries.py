"""abathur's named queries on SQLite: each answers what its title says, by the indexes that it names."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, call, connect
from sqlite_files import Queries, Row

QUERIES = ROOT / "sql" / "queries" / "abathur" / "sqlite"
# What requires an extension is in test_abathur_search.py.
NAMES = sorted(file.stem for file in QUERIES.glob("*.sql") if "-- requires:" not in file.read_text(encoding="utf-8"))


# ---------------------------------------------------------------------------------------------------- small helpers


_queries = Queries(QUERIES)
text, header, parameters, writes = _queries.text, _queries.header, _queries.parameters, _queries.writes
statements, run = _queries.statements, _queries.run


def plan(connection: sqlite3.Connection, name: str) -> str:
    values = {**dict.fromkeys(parameters(name), "2026-02-04"), "prefixes": '["user:"]', "event": "{}"}
    found = []
    for statement in statements(name):
        found += [entry[3] for entry in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    return "\n".join(found)


# ------------------------------------------------------------------------------------------------------- what is asked

# name: its parameters, and what it answers on the seed rows: (column, ...) and one line per row.
ANSWERS: dict[str, tuple[dict[str, Any], tuple[str, ...], list[Row]]] = {
    "session_by_id": (
        {"session_id": "session-3"},
        ("id", "app_name", "user_id", "project_id", "status", "state"),
        [("session-3", "abathur", "alice", "schema-redesign", "active", '{"temp:validated": false}')],
    ),
    "sessions_open": ({"rows": 9}, ("id", "status"), [("session-3", "active"), ("session-4", "paused")]),
    "sessions_of_user": (
        {"user_id": "alice", "rows": 2},
        ("id", "status"),
        [("session-3", "active"), ("session-2", "terminated")],
    ),
    "sessions_of_project": (
        {"project_id": "schema-redesign", "rows": 2},
        ("id", "user_id"),
        [("session-4", "bob"), ("session-3", "alice")],
    ),
    "session_contents": (
        {"session_id": "session-3"},
        ("id", "status", "events", "tasks", "agents", "checkpoints"),
        [("session-3", "active", 1, 2, 2, 3)],
    ),
    "memory_lookup": (
        {"namespace": "user:alice:preferences", "key": "style"},
        ("id", "value", "version", "created_by", "updated_by"),
        [(3, '{"tone": "brief", "units": "metric"}', 3, "session-1", "session-3")],
    ),
    "memory_history": (
        {"namespace": "session:session-2:draft", "key": "outline"},
        ("version", "value", "is_deleted"),
        [(3, '["steps"]', 0), (2, '["tables", "indexes"]', 1), (1, '["tables"]', 1)],
    ),
    "memory_by_prefix": (
        {"prefix": "project:schema-redesign:", "rows": 9},
        ("namespace", "key", "version"),
        [("project:schema-redesign:decisions", "collation", 1), ("project:schema-redesign:status", "milestone", 1)],
    ),
    "memory_context": (
        {"prefixes": '["session:session-2:", "user:alice:", "app:abathur:", "project:none:"]'},
        ("rank", "namespace", "key", "version"),
        [
            (0, "session:session-2:draft", "outline", 3),
            (1, "user:alice:preferences", "style", 3),
            (2, "app:abathur:agent_instructions", "tester", 1),
        ],
    ),
    "memory_by_type": (
        {"memory_type": "semantic", "rows": 3},
        ("namespace", "key", "version"),
        [
            ("project:Schema-Redesign:status", "Milestone", 1),
            ("user:alice:preferences", "style", 3),
            ("project:schema-redesign:status", "milestone", 1),
        ],
    ),
    "memory_created_by": (
        {"created_by": "agent-1", "rows": 9},
        ("namespace", "version", "is_deleted"),
        [
            ("project:schema-redesign:status", 1, 0),
            ("session:session-2:draft", 2, 1),
            ("session:session-2:draft", 1, 1),
        ],
    ),
    "memory_conflicts": (
        {},
        ("namespace", "first_key", "spellings", "newest_version"),
        [("project:Schema-Redesign:status", "Milestone", 2, 1)],
    ),
    "memory_expired": (
        {"before": "2026-02-03T01:00:00+01:00", "rows": 9},
        ("id", "namespace", "key"),
        [(11, "session:session-1:log", "question")],
    ),
    "document_by_path": (
        {"file_path": "design_docs/memory.md"},
        ("id", "title", "document_type", "sync_status", "dimensions"),
        [(1, "Memory", "design", "synced", 4)],
    ),
    "documents_by_type": ({"document_type": "design", "rows": 9}, ("id", "title"), [(2, "Memory"), (1, "Memory")]),
    "documents_to_sync": (
        {"rows": 9},
        ("id", "sync_status", "last_synced_at"),
        [(2, "pending", None), (6, "pending", None), (3, "stale", "2026-02-03 10:00:05")],
    ),
    "documents_by_content": (
        {"content_hash": "a3f5e8b2"},
        ("id", "file_path"),
        [(1, "design_docs/memory.md"), (2, "design_docs/archive/memory.md")],
    ),
    "task_next": ({}, ("id", "priority", "session_id"), [("task-7", 10, None)]),
    "tasks_by_status": (
        {"status": "pending", "rows": 9},
        ("id", "priority"),
        [("task-7", 10), ("task-6", 8)],
    ),
    "tasks_submitted": (
        {"since": "2026-02-03T10:10:00+01:00", "until": "2026-02-04 09:00:00"},
        ("id", "submitted_at"),
        [
            ("task-2", "2026-02-03T09:10:00.000000+00:00"),
            ("task-3", "2026-02-03T09:10:00.500000+00:00"),
            ("task-4", "2026-02-03T10:05:00.000000+00:00"),
        ],
    ),
    "task_tree": (
        {"task_id": "task-1"},
        ("id", "parent_task_id", "depth"),
        [("task-1", None, 0), ("task-2", "task-1", 1), ("task-3", "task-1", 1), ("task-4", "task-3", 2)],
    ),
    "tasks_timed_out": (
        {"at": "2026-02-04T09:32:01Z"},
        ("id", "silent_seconds"),
        [("task-9", 601.0)],
    ),
    "tasks_of_session": ({"session_id": "session-3", "rows": 9}, ("id",), [("task-6",), ("task-5",)]),
    "agents_of_task": ({"task_id": "task-5"}, ("id", "state"), [("agent-2", "working"), ("agent-3", "waiting")]),
    "agents_by_state": ({"state": "idle", "rows": 9}, ("id", "task_id"), [("agent-4", "task-9")]),
    "agents_of_session": ({"session_id": "session-3", "rows": 9}, ("id",), [("agent-3",), ("agent-2",)]),
    "state_of_task": (
        {"task_id": "task-5"},
        ("key", "updated_at"),
        [("branch", "2026-02-04T09:01:00.000000+00:00"), ("step", "2026-02-04T10:30:00.000000+00:00")],
    ),
    "audit_of_task": (
        {"task_id": "task-1", "rows": 2},
        ("action_type", "agent_id"),
        [("memory_delete", "agent-1"), ("memory_publish", "agent-1")],
    ),
    "audit_of_agent": (
        {"agent_id": "agent-2", "rows": 9},
        ("action_type", "task_id"),
        [("memory_consolidate", "task-5"), ("memory_update", "task-5")],
    ),
    "audit_of_memory_operation": (
        {"operation": "delete", "rows": 9},
        ("memory_namespace", "memory_entry_id"),
        [("session:session-2:draft", 9)],
    ),
    "audit_of_namespace": (
        {"namespace": "session:session-2:draft", "rows": 9},
        ("memory_operation_type", "memory_entry_id"),
        [("delete", 9), ("create", 8)],
    ),
    "audit_of_memory_entry": ({"entry_id": 3, "rows": 9}, ("memory_operation_type",), [("update",)]),
    "audit_recent": (
        {"rows": 2},
        ("action_type", "task_id"),
        [("memory_consolidate", "task-5"), ("task_cancel", "task-8")],
    ),
    "metrics_by_name": ({"metric_name": "queue_length", "rows": 9}, ("metric_value",), [(2.0,), (4.0,)]),
    "checkpoint_latest": (
        {"task_id": "task-5"},
        ("iteration", "state", "session_id"),
        [(3, '{"step": 6}', "session-3")],
    ),
    "checkpoints_of_task": ({"task_id": "task-5"}, ("iteration",), [(3,), (2,), (1,)]),
    "legacy_rows": ({}, ("subject",), []),
    "recovery_check": (
        {},
        ("subject", "rows_held", "last_id"),
        [
            ("sessions", 5, "session-5"),
            ("memory_entries", 12, 12),
            ("document_index", 6, 6),
            ("tasks", 9, "task-9"),
            ("agents", 4, "agent-4"),
            ("state", 3, 3),
            ("audit", 7, 7),
            ("metrics", 3, 3),
            ("checkpoints", 4, "task-9 1"),
            ("quick_check", "ok", None),
        ],
    ),
}
# What each answers with: a column that a reader counts on does not go away unnoticed.
COLUMNS = {
    "agents_by_state": "id name specialization task_id model spawned_at",
    "agents_of_session": "id name specialization task_id state spawned_at terminated_at",
    "agents_of_task": "id name specialization state model spawned_at terminated_at",
    "audit_of_agent": "timestamp task_id action_type action_data result",
    "audit_of_memory_entry": "timestamp agent_id task_id memory_operation_type action_type action_data",
    "audit_of_memory_operation": "timestamp agent_id task_id memory_namespace memory_entry_id action_data",
    "audit_of_namespace": "timestamp agent_id task_id memory_operation_type memory_entry_id action_data",
    "audit_of_task": "timestamp agent_id action_type action_data result",
    "audit_recent": "timestamp agent_id task_id action_type memory_operation_type memory_namespace result",
    "checkpoint_latest": "iteration state session_id created_at",
    "checkpoints_of_task": "iteration created_at",
    "document_by_path": (
        "id title document_type content_hash chunk_count embedding_model metadata sync_status "
        "last_synced_at created_at updated_at dimensions"
    ),
    "documents_by_content": "id file_path title sync_status updated_at",
    "documents_by_type": "id file_path title sync_status created_at",
    "documents_to_sync": "id file_path content_hash sync_status last_synced_at",
    "legacy_rows": "subject problem",
    "memory_by_prefix": "namespace key value memory_type version updated_by updated_at",
    "memory_by_type": "namespace key version value updated_by updated_at",
    "memory_conflicts": "namespace first_key spellings newest_version written_by",
    "memory_context": "rank namespace key value memory_type version updated_at",
    "memory_created_by": "namespace key version memory_type is_deleted created_at",
    "memory_expired": "id namespace key version updated_at",
    "memory_history": ("id version value memory_type is_deleted metadata created_by updated_by created_at updated_at"),
    "memory_lookup": "id value memory_type version metadata created_by updated_by created_at updated_at",
    "metrics_by_name": "timestamp metric_value labels",
    "recovery_check": "subject rows_held last_id",
    "session_by_id": (
        "id app_name user_id project_id status events state metadata created_at last_update_time "
        "terminated_at archived_at"
    ),
    "session_contents": "id status events tasks agents checkpoints",
    "sessions_of_project": "id app_name user_id status created_at last_update_time",
    "sessions_of_user": "id app_name project_id status created_at last_update_time",
    "sessions_open": "id status app_name user_id project_id created_at last_update_time",
    "state_of_task": "key updated_at",
    "task_claim": "id prompt agent_type priority input_data session_id",
    "task_next": (
        "id prompt agent_type priority input_data retry_count max_retries dependencies session_id submitted_at"
    ),
    "task_tree": "id parent_task_id status agent_type prompt depth",
    "tasks_by_status": (
        "id agent_type priority retry_count error_message submitted_at started_at completed_at last_updated_at"
    ),
    "tasks_of_session": "id agent_type priority status submitted_at completed_at",
    "tasks_submitted": "id agent_type priority status submitted_at completed_at",
    "tasks_timed_out": "id agent_type last_updated_at max_execution_timeout_seconds silent_seconds",
}
# Those that change something have tests of their own, below.
CHANGES = {
    *("analyze", "backup", "vacuum", "wal_checkpoint"),
    *("document_save", "memory_expire", "memory_forget", "memory_purge", "memory_remember"),
    *("session_append_event", "session_set_status", "task_claim"),
}


def test_every_query_has_its_answer_here() -> None:
    assert set(ANSWERS) | CHANGES == set(NAMES)
    assert {name for name in NAMES if writes(name)} == CHANGES


@pytest.mark.parametrize("name", ANSWERS)
def test_query_answers_on_the_seed_rows(name: str, abathur_seeded: sqlite3.Connection) -> None:
    values, wanted, expected = ANSWERS[name]
    (statement,) = statements(name)
    columns = [entry[0] for entry in abathur_seeded.execute(statement, values).description]
    picked = [columns.index(column) for column in wanted]
    rows = run(abathur_seeded, name, **values)
    assert [tuple(row[position] for position in picked) for row in rows] == expected


@pytest.mark.parametrize("name", sorted({*ANSWERS, "task_claim"}))
def test_query_answers_with_these_columns(name: str, abathur_seeded: sqlite3.Connection) -> None:
    (statement,) = statements(name)
    found = abathur_seeded.execute(statement, ANSWERS.get(name, ({},))[0])
    assert " ".join(entry[0] for entry in found.description) == COLUMNS[name]
    found.fetchall()


@pytest.mark.parametrize("name", sorted(set(ANSWERS) - {"recovery_check"}))
def test_query_answers_nothing_on_an_empty_database(name: str, abathur: sqlite3.Connection) -> None:
    assert run(abathur, name, **ANSWERS[name][0]) == []


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_those_of_the_header(name: str) -> None:
    body = re.sub(r"--.*|'[^']*'", "", text(name))
    assert set(re.findall(r":(\w+)", body)) == parameters(name)


@pytest.mark.parametrize("name", NAMES)
def test_query_names_every_column(name: str) -> None:
    assert not re.search(r"SELECT\s+(\w+\.)?\*", text(name))


def test_rung_runs_them(abathur_file: Path) -> None:
    result = call("query", "abathur", "task_next", "--url", f"sqlite:///{abathur_file}", "--json")
    assert result.code == 0, result.err
    assert result.json["answers"][0]["rows"] == []


# --------------------------------------------------------------------------------------------------------------- order

LATE, EARLY = "2026-02-02 00:00:00", "2026-02-01 00:00:00"
# Three rows of each table, whose order is not that of their times, and two of which share one.
ORDERED = [("first late", LATE), ("early", EARLY), ("second late", LATE)]
DESCENDING = ["second late", "first late", "early"]
ASCENDING = ["early", "first late", "second late"]


@pytest.fixture
def ordered(abathur: sqlite3.Connection) -> sqlite3.Connection:
    abathur.execute("BEGIN")
    abathur.execute("INSERT INTO sessions (id, app_name, user_id) VALUES ('all', 'x', 'x')")
    for label, moment in ORDERED:
        for table, columns, chosen in (
            (
                "sessions",
                "id, app_name, user_id, project_id, status, created_at, last_update_time",
                ":label, 'a', 'u', 'p', 'active', :moment, :moment",
            ),
            (
                "memory_entries",
                "namespace, key, value, memory_type, created_by, created_at, updated_at",
                "'user:x', :label, '1', 'episodic', 'c', :moment, :moment",
            ),
            (
                "document_index",
                "file_path, title, document_type, content_hash, sync_status, last_synced_at, created_at",
                ":label, 't', 'plan', 'h', iif(:label = 'first late', 'stale', 'pending'), :moment, :moment",
            ),
            (
                "tasks",
                "id, prompt, priority, status, input_data, submitted_at, last_updated_at, session_id",
                ":label, 'p', 5, 'pending', '{}', :moment, :moment, 'all'",
            ),
            (
                "agents",
                "id, name, specialization, task_id, state, model, spawned_at, session_id",
                ":label, 'n', 's', 'first late', 'idle', 'm', :moment, 'all'",
            ),
            (
                "audit",
                "timestamp, agent_id, task_id, action_type, action_data, memory_operation_type, memory_namespace,"
                " memory_entry_id",
                ":moment, 'first late', 'first late', :label, :label, 'update', 'user:x', 1",
            ),
            ("metrics", "timestamp, metric_name, metric_value, labels", ":moment, 'm', 1, :label"),
        ):
            values = {"label": label, "moment": moment}
            abathur.execute(f"INSERT INTO {table} ({columns}) VALUES ({chosen})", values)
    abathur.execute("COMMIT")
    return abathur


AUDITED = {"task_id": "first late", "agent_id": "first late", "operation": "update", "namespace": "user:x"}


@pytest.mark.parametrize(
    ("name", "values", "label", "expected"),
    [
        ("sessions_open", {}, "id", DESCENDING),
        ("sessions_of_user", {"user_id": "u"}, "id", DESCENDING),
        ("sessions_of_project", {"project_id": "p"}, "id", DESCENDING),
        ("memory_by_prefix", {"prefix": "user:"}, "key", DESCENDING),
        ("memory_by_type", {"memory_type": "episodic"}, "key", DESCENDING),
        ("memory_created_by", {"created_by": "c"}, "key", DESCENDING),
        ("memory_expired", {"before": "2027-01-01"}, "key", ASCENDING),
        ("documents_by_type", {"document_type": "plan"}, "file_path", DESCENDING),
        ("documents_to_sync", {}, "file_path", ASCENDING),
        ("documents_by_content", {"content_hash": "h"}, "file_path", ["first late", "early", "second late"]),
        ("tasks_by_status", {"status": "pending"}, "id", ASCENDING),
        ("tasks_submitted", {"since": "2026-01-01", "until": "2027-01-01"}, "id", ASCENDING),
        ("tasks_of_session", {"session_id": "all"}, "id", DESCENDING),
        ("agents_of_task", {"task_id": "first late"}, "id", ASCENDING),
        ("agents_by_state", {"state": "idle"}, "id", ["first late", "early", "second late"]),
        ("agents_of_session", {"session_id": "all"}, "id", DESCENDING),
        ("audit_of_task", AUDITED, "action_data", DESCENDING),
        ("audit_of_agent", AUDITED, "action_data", DESCENDING),
        ("audit_of_memory_operation", AUDITED, "action_data", DESCENDING),
        ("audit_of_namespace", AUDITED, "action_data", DESCENDING),
        ("audit_of_memory_entry", {"entry_id": 1}, "action_data", DESCENDING),
        ("audit_recent", {}, "action_type", DESCENDING),
        ("metrics_by_name", {"metric_name": "m"}, "labels", DESCENDING),
    ],
)
def test_rows_that_tie_are_in_the_order_in_which_they_came(
    name: str, values: dict[str, Any], label: str, expected: list[str], ordered: sqlite3.Connection
) -> None:
    for statistics in (False, True):
        if statistics:
            run(ordered, "analyze")
        (statement,) = statements(name)
        found = ordered.execute(statement, {"rows": 9, **values})
        position = [entry[0] for entry in found.description].index(label)
        assert [row[position] for row in found] == expected


def test_the_next_task_is_the_most_urgent_then_the_longest_waiting(ordered: sqlite3.Connection) -> None:
    assert run(ordered, "task_next")[0][0] == "early"
    ordered.execute("UPDATE tasks SET priority = 6 WHERE id = 'second late'")
    assert run(ordered, "task_next")[0][0] == "second late"
    ordered.execute("UPDATE tasks SET priority = 4 WHERE id = 'early'")
    ordered.execute("UPDATE tasks SET status = 'cancelled' WHERE id = 'second late'")
    assert run(ordered, "task_next")[0][0] == "first late"


# ---------------------------------------------------------------------------------------------------- what they change


def test_two_workers_do_not_claim_one_task(abathur_seeded: sqlite3.Connection, tmp_path: Path) -> None:
    with contextlib.closing(connect(tmp_path / "abathur.db")) as other:
        claimed = [run(abathur_seeded, "task_claim")[0][0], run(other, "task_claim")[0][0]]
        assert run(other, "task_claim") == []
    assert claimed == ["task-7", "task-6"]
    found = abathur_seeded.execute(
        "SELECT status, started_at, last_updated_at FROM tasks WHERE id = 'task-7'"
    ).fetchone()
    assert found[0] == "running"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", found[1])
    assert found[2] >= found[1]


def test_a_task_that_reports_is_not_timed_out(abathur_seeded: sqlite3.Connection) -> None:
    silent = [row[0] for row in run(abathur_seeded, "tasks_timed_out", at="now")]
    assert silent == ["task-9", "task-5"]
    abathur_seeded.execute("UPDATE tasks SET result_data = '{}' WHERE id = 'task-9'")
    assert [row[0] for row in run(abathur_seeded, "tasks_timed_out", at="now")] == ["task-5"]
    abathur_seeded.execute(
        "UPDATE tasks SET max_execution_timeout_seconds = NULL, last_updated_at = '2026-02-04T10:30:00+00:00'"
        " WHERE id = 'task-5'"
    )
    assert [row[0] for row in run(abathur_seeded, "tasks_timed_out", at="2026-02-04T11:30:00+00:00")] == []
    assert [row[0] for row in run(abathur_seeded, "tasks_timed_out", at="now")] == ["task-5"]


def test_events_are_appended_and_the_state_is_merged(abathur_seeded: sqlite3.Connection) -> None:
    for number in (1, 2):
        event = json.dumps({"event_id": f"new {number}"})
        run(
            abathur_seeded,
            "session_append_event",
            session_id="session-3",
            event=event,
            state_delta=f'{{"n": {number}}}',
        )
    (row,) = run(abathur_seeded, "session_by_id", session_id="session-3")
    assert [event["event_id"] for event in json.loads(row[5])] == ["e3", "new 1", "new 2"]
    assert json.loads(row[6]) == {"temp:validated": False, "n": 2}
    assert row[9] > "2026-02-04 10:30:00"
    with pytest.raises(sqlite3.OperationalError, match="malformed JSON"):
        run(abathur_seeded, "session_append_event", session_id="session-3", event="{", state_delta="{}")


def test_a_session_that_ends_says_when(abathur_seeded: sqlite3.Connection) -> None:
    def times() -> Row:
        return tuple(run(abathur_seeded, "session_by_id", session_id="session-3")[0][10:12])

    run(abathur_seeded, "session_set_status", session_id="session-3", status="paused")
    assert times() == (None, None)
    run(abathur_seeded, "session_set_status", session_id="session-3", status="terminated")
    ended = times()[0]
    assert ended and times()[1] is None
    run(abathur_seeded, "session_set_status", session_id="session-3", status="archived")
    assert times()[0] == ended and times()[1]


def test_memory_is_remembered_and_forgotten(abathur_seeded: sqlite3.Connection) -> None:
    key = {"namespace": "user:alice:preferences", "key": "style"}
    run(abathur_seeded, "memory_remember", **key, value='"new"', memory_type="semantic", agent="agent-2")
    (row,) = run(abathur_seeded, "memory_lookup", **key)
    assert row[1:4] == ('"new"', "semantic", 4) and row[5:7] == ("agent-2", "agent-2")
    run(abathur_seeded, "memory_forget", **key, agent="agent-3")
    assert run(abathur_seeded, "memory_lookup", **key) == []
    history = run(abathur_seeded, "memory_history", **key)
    assert [(entry[1], entry[4], entry[7]) for entry in history] == [(v, 1, "agent-3") for v in (4, 3, 2, 1)]


def test_old_episodes_are_forgotten_and_purged(abathur_seeded: sqlite3.Connection) -> None:
    draft = {"namespace": "session:session-2:draft", "key": "outline"}
    run(abathur_seeded, "memory_expire", before="2026-02-04 09:10:00")
    assert run(abathur_seeded, "memory_expired", before="2026-02-04 09:10:00", rows=9) == []
    assert [row[1] for row in run(abathur_seeded, "memory_history", **draft) if not row[4]] == [3]
    assert abathur_seeded.execute("SELECT count(*) FROM current_memory WHERE key = 'question'").fetchone() == (0,)
    assert abathur_seeded.execute("SELECT count(*) FROM memory_entries WHERE is_deleted = 0").fetchone() == (8,)
    run(abathur_seeded, "memory_purge", before="2026-02-03 11:05:00")
    assert len(run(abathur_seeded, "memory_history", **draft)) == 3
    run(abathur_seeded, "memory_purge", before="2026-02-03 11:05:01")
    assert [row[1] for row in run(abathur_seeded, "memory_history", **draft)] == [3]
    # The trail of what was purged stays.
    assert len(run(abathur_seeded, "audit_of_namespace", namespace="session:session-2:draft", rows=9)) == 2


def test_purging_leaves_no_gap(abathur_seeded: sqlite3.Connection) -> None:
    """Of two deleted versions the older one was touched later, so both stay."""
    abathur_seeded.execute("UPDATE memory_entries SET metadata = '[]' WHERE key = 'outline' AND version = 1")
    run(abathur_seeded, "memory_purge", before="2026-02-05")
    found = abathur_seeded.execute(
        "SELECT version FROM memory_entries WHERE key = 'outline' ORDER BY version"
    ).fetchall()
    assert found == [(1,), (2,), (3,)]


def test_a_document_that_changes_is_out_of_date(abathur_seeded: sqlite3.Connection) -> None:
    def save(path: str, content: str) -> Row:
        values = {"file_path": path, "title": "T", "document_type": "plan", "content_hash": content}
        run(abathur_seeded, "document_save", **values)
        (row,) = run(abathur_seeded, "document_by_path", file_path=path)
        return (row[3], row[7])

    assert save("new.md", "1") == ("1", "pending")
    assert save("new.md", "2") == ("2", "pending")
    assert save("design_docs/memory.md", "a3f5e8b2") == ("a3f5e8b2", "synced")
    assert save("design_docs/memory.md", "other") == ("other", "stale")
    assert save("plans/milestone-1.md", "0b9de1f7") == ("0b9de1f7", "failed")
    assert save("plans/milestone-1.md", "other") == ("other", "pending")


def test_a_circle_of_tasks_ends(abathur_seeded: sqlite3.Connection) -> None:
    abathur_seeded.execute("UPDATE tasks SET parent_task_id = 'task-4' WHERE id = 'task-1'")
    found = {row[0]: row[5] for row in run(abathur_seeded, "task_tree", task_id="task-1")}
    assert found == {"task-1": 0, "task-2": 1, "task-3": 1, "task-4": 2}


def test_maintenance_runs(abathur_seeded: sqlite3.Connection, tmp_path: Path) -> None:
    run(abathur_seeded, "analyze")
    assert abathur_seeded.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 30
    run(abathur_seeded, "backup", target=str(tmp_path / "copy.db"))
    with contextlib.closing(connect(tmp_path / "copy.db")) as copy:
        assert run(copy, "recovery_check") == run(abathur_seeded, "recovery_check")
    run(abathur_seeded, "vacuum")
    assert run(abathur_seeded, "wal_checkpoint")[0][0] == 0


# --------------------------------------------------------------------------------------------------------------- plans

# Enough rows that a wrong plan would be worse; everything hangs together as an application would leave it.
GROWN = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
INSERT INTO sessions (id, app_name, user_id, project_id, status, created_at, last_update_time)
SELECT 's' || i, 'abathur', 'u' || (i % 40), iif(i % 3, NULL, 'p' || (i % 25)),
    CASE WHEN i % 50 = 0 THEN 'active' WHEN i % 70 = 0 THEN 'paused' WHEN i % 2 THEN 'archived' ELSE 'terminated' END,
    datetime('2026-01-01', printf('+%d minutes', i * 30)), datetime('2026-01-01', printf('+%d minutes', i * 31)) FROM n;

WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
INSERT INTO tasks (id, prompt, priority, status, input_data, submitted_at, last_updated_at, parent_task_id, session_id)
SELECT 't' || i, 'p', 1 + i % 10, CASE WHEN i % 100 = 0 THEN 'pending' WHEN i % 150 = 1 THEN 'running'
    WHEN i % 9 = 0 THEN 'failed' ELSE 'completed' END, '{}',
    strftime('%Y-%m-%dT%H:%M:%S+00:00', '2026-01-01', printf('+%d minutes', i * 11)),
    strftime('%Y-%m-%dT%H:%M:%S+00:00', '2026-01-01', printf('+%d minutes', i * 11 + 5)),
    iif(i % 4, NULL, 't' || (i / 8)), iif(i % 3, 's' || (i / 4), NULL) FROM n;

WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
INSERT INTO agents (id, name, specialization, task_id, state, model, spawned_at, session_id)
SELECT 'a' || i, 'n', 's', 't' || (i * 2), CASE WHEN i % 90 = 0 THEN 'idle' WHEN i % 40 = 0 THEN 'working'
    ELSE 'terminated' END, 'm', strftime('%Y-%m-%dT%H:%M:%S+00:00', '2026-01-01', printf('+%d minutes', i * 22)),
    iif(i % 3, 's' || (i / 2), NULL) FROM n;

WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2999)
INSERT INTO memory_entries (namespace, key, value, memory_type, version, is_deleted, created_by, updated_by, created_at,
    updated_at)
SELECT CASE (i / 3) % 4 WHEN 0 THEN 'project:p' || (i / 3 % 25) WHEN 1 THEN 'user:u' || (i / 3 % 40) || ':preferences'
    WHEN 2 THEN 'session:s' || (i / 3) || ':log' ELSE 'app:abathur' END, 'k' || (i / 3), '{"a": 1}',
    CASE (i / 3) % 3 WHEN 0 THEN 'semantic' WHEN 1 THEN 'episodic' ELSE 'procedural' END, 1 + i % 3,
    (i / 3) % 20 = 0, 'a' || (i % 100), 'a' || (i % 90), datetime('2026-01-01', printf('+%d minutes', i * 15)),
    datetime('2026-01-01', printf('+%d minutes', i * 15)) FROM n;

INSERT INTO audit (timestamp, agent_id, task_id, action_type, memory_operation_type, memory_namespace, memory_entry_id)
SELECT replace(m.created_at, ' ', 'T'), 'a' || (m.id % 2000), 't' || m.id, 'memory', CASE m.id % 5 WHEN 0 THEN 'create'
    WHEN 1 THEN 'update' WHEN 2 THEN 'delete' WHEN 3 THEN 'consolidate' ELSE 'publish' END, m.namespace, m.id
FROM memory_entries AS m;
INSERT INTO audit (timestamp, agent_id, task_id, action_type)
SELECT t.submitted_at, NULL, t.id, 'task_submit' FROM tasks AS t;

WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
INSERT INTO document_index (file_path, title, document_type, content_hash, embedding_blob, sync_status, last_synced_at,
    created_at)
SELECT 'docs/' || i || '.md', 't', CASE i % 5 WHEN 0 THEN 'design' WHEN 1 THEN 'plan' WHEN 2 THEN 'report'
    WHEN 3 THEN 'specification' END, 'h' || (i % 900), zeroblob(1536),
    CASE WHEN i % 40 = 0 THEN 'pending' WHEN i % 60 = 1 THEN 'stale' ELSE 'synced' END,
    iif(i % 40, datetime('2026-01-01', printf('+%d minutes', i * 40)), NULL),
    datetime('2026-01-01', printf('+%d minutes', i * 40)) FROM n;

INSERT INTO state (task_id, key, value, created_at, updated_at)
SELECT t.id, k.value, 'v', t.submitted_at, t.submitted_at FROM tasks AS t, json_each('["a", "b", "c"]') AS k
WHERE t.rowid % 4 = 0;

INSERT INTO metrics (timestamp, metric_name, metric_value)
SELECT t.submitted_at, 'm' || (t.rowid % 12), t.rowid FROM tasks AS t;

INSERT INTO checkpoints (task_id, iteration, state, created_at, session_id)
SELECT t.id, k.value, '{}', t.submitted_at, t.session_id FROM tasks AS t, json_each('[1, 2, 3, 4, 5]') AS k
WHERE t.rowid % 4 = 0;
"""


@pytest.fixture(params=["without statistics", "after ANALYZE"])
def grown(abathur: sqlite3.Connection, request: pytest.FixtureRequest) -> sqlite3.Connection:
    abathur.executescript(f"BEGIN; {GROWN} COMMIT;")
    if request.param == "after ANALYZE":
        run(abathur, "analyze")
        run(abathur, "recovery_check")  # reads the statistics in
    return abathur


def test_plans_use_the_indexes_that_the_queries_name(grown: sqlite3.Connection) -> None:
    unused = {}
    for name in NAMES:
        uses = header(name, "uses")
        for index in uses.split(", ") if uses else []:
            found = plan(grown, name)
            if not re.search(rf"USING (COVERING )?INDEX {index}\b", found):
                unused[name, index] = found
    assert not unused


def test_each_of_the_33_indexes_is_used_by_a_query(grown: sqlite3.Connection) -> None:
    made = grown.execute("SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'idx@_%' ESCAPE '@'")
    expected = {name for (name,) in made}
    assert len(expected) == 33
    runs = [name for name in NAMES if name not in {"backup", "vacuum", "wal_checkpoint", "analyze"}]
    found = "\n".join(plan(grown, name) for name in runs)
    assert {index for index in expected if re.search(rf"INDEX {index}\b", found)} == expected
    named = {index for name in runs for index in header(name, "uses").split(", ")}
    assert expected <= named


# What reads more than what it answers says so here; no other query reads a table whole.
WHOLE = {"legacy_rows": {"t", "a"}, "memory_purge": {"memory_entries"}}


def test_no_query_reads_a_table_whole(grown: sqlite3.Connection) -> None:
    for name in sorted(set(NAMES) - {"backup", "vacuum", "wal_checkpoint", "analyze"}):
        # SQLite before 3.36 says SCAN TABLE tasks AS t.
        scanned = re.findall(r"^SCAN (?:TABLE )?(?:\w+ AS )?(\w+)$", plan(grown, name), re.MULTILINE)
        assert set(scanned) - {"p", "parts", "h", "held"} <= WHOLE.get(name, set()), (name, plan(grown, name))


@pytest.mark.parametrize(
    ("sql", "values", "index"),
    [
        ("sessions WHERE status = 'active' ORDER BY last_update_time DESC", (), "idx_sessions_status_updated"),
        ("sessions WHERE status = ? ORDER BY last_update_time DESC", ("active",), "idx_sessions_status_updated"),
        ("sessions WHERE status IN ('active', 'paused')", (), "idx_sessions_status_updated"),
        ("document_index WHERE sync_status = 'pending' ORDER BY last_synced_at", (), "idx_document_sync_status"),
        ("document_index WHERE sync_status = ? ORDER BY last_synced_at", ("stale",), "idx_document_sync_status"),
        ("document_index WHERE sync_status IN ('pending', 'stale')", (), "idx_document_sync_status"),
        ("tasks WHERE status = 'running' AND last_updated_at < ?", ("2026",), "idx_tasks_running_timeout"),
        ("memory_entries WHERE memory_type = 'episodic' AND is_deleted = 0 AND updated_at < ?", ("2026",),
         "idx_memory_episodic_ttl"),
        ("memory_entries WHERE namespace = ? AND key = ? AND is_deleted = 0 ORDER BY version DESC LIMIT 1",
         ("user:u1", "k"), "idx_memory_namespace_key_version"),
    ],
)  # fmt: skip
def test_what_the_document_asks_is_a_search_without_a_sort(
    sql: str, values: tuple[str, ...], index: str, grown: sqlite3.Connection
) -> None:
    found = [entry[3] for entry in grown.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {sql}", values)]
    assert len(found) == 1 and f"USING INDEX {index} (" in found[0] and found[0].startswith("SEARCH"), found
