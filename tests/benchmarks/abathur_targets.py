"""Measure abathur on SQLite against the seed's performance targets, and print a Markdown table.

    python tests/benchmarks/abathur_targets.py [--rows N ...] [--repeat N] [--directory DIR]

Builds a database of each size from the steps in migrations/abathur/sqlite: N memory entries, three versions of each key
on average, of which one key in twenty is deleted, in the namespaces of N / 1,000 projects, N / 200 users and as many
sessions; a task, an agent and a checkpoint for every ten entries, an audit entry for each. The same rows every time. At
1,000,000 entries that is 2 GB and a minute or two.

Times are the median of several runs on one connection in WAL mode with synchronous = NORMAL and SQLite's default cache
of 2 MB, rows fetched, after ANALYZE, with the file in the operating system's cache; fewer runs of what takes long. The
engine bare is a table with the same columns and the same unique constraint, and no other index, check or trigger.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlite_targets import Operation, filling, run

ROOT = Path(__file__).resolve().parents[2]
STEPS = ROOT / "migrations" / "abathur" / "sqlite"
QUERIES = ROOT / "sql" / "queries" / "abathur" / "sqlite"

SESSIONS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :rows / 200)
INSERT INTO sessions (id, app_name, user_id, project_id, status, events, created_at, last_update_time)
SELECT
    printf('session-%07d', i),
    'abathur',
    printf('u%05d', i * 7 % (:rows / 200 + 1)),
    iif(i % 3, printf('p%05d', i % (:rows / 1000 + 1)), NULL),
    CASE WHEN i % 100 = 0 THEN 'active' WHEN i % 250 = 1 THEN 'paused' WHEN i % 2 THEN 'archived' ELSE 'terminated' END,
    '[' || substr(replace(hex(zeroblob(40)), '00', ',{"event_type": "message", "actor": "user"}'), 2) || ']',
    datetime(1767225600 + i * 7776000 / (:rows / 200 + 1), 'unixepoch'),
    datetime(1767225600 + 600 + i * 7776000 / (:rows / 200 + 1), 'unixepoch')
FROM n
"""
TASKS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :rows / 10)
INSERT INTO tasks (id, prompt, priority, status, input_data, submitted_at, last_updated_at, parent_task_id, session_id)
SELECT
    printf('task-%08d', i),
    'Choose the indexes of the memory, and show that each of them is used',
    1 + i * 7 % 10,
    CASE WHEN i % 50 = 0 THEN 'pending' WHEN i % 500 = 1 THEN 'running' WHEN i % 17 = 0 THEN 'failed'
        ELSE 'completed' END,
    '{"engine": "sqlite"}',
    strftime('%Y-%m-%dT%H:%M:%f+00:00', 1767225600 + i * 7776000.0 / (:rows / 10 + 1), 'unixepoch'),
    strftime('%Y-%m-%dT%H:%M:%f+00:00', 1767226200 + i * 7776000.0 / (:rows / 10 + 1), 'unixepoch'),
    iif(i % 4, NULL, printf('task-%08d', i / 8)),
    iif(i % 5, printf('session-%07d', i / 20), NULL)
FROM n
"""
AGENTS = """
INSERT INTO agents (id, name, specialization, task_id, state, model, spawned_at, session_id)
SELECT replace(t.id, 'task', 'agent'), 'n', 's', t.id, iif(t.rowid % 200, 'terminated', 'working'), 'm', t.submitted_at,
    t.session_id
FROM tasks AS t
"""
CHECKPOINTS = """
INSERT INTO checkpoints (task_id, iteration, state, created_at, session_id)
SELECT t.id, n.value, printf('{"history": "%s"}', hex(zeroblob(400))), t.submitted_at, t.session_id
FROM tasks AS t
CROSS JOIN json_each('[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]') AS n
WHERE t.rowid % 10 = 0
"""
MEMORIES = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :rows - 1)
INSERT INTO memory_entries (namespace, key, value, memory_type, version, is_deleted, created_by, updated_by, created_at,
    updated_at)
SELECT
    CASE (i / 3) % 4
        WHEN 0 THEN printf('project:p%05d:status', i / 12 % (:rows / 1000 + 1))
        WHEN 1 THEN printf('user:u%05d:preferences', i / 12 % (:rows / 200 + 1))
        WHEN 2 THEN printf('session:session-%07d:log', i / 12 % (:rows / 200 + 1))
        ELSE 'app:abathur:instructions'
    END,
    printf('key-%08d', i / 3),
    json_object('text', 'what an agent has found out, in a sentence or two of ordinary length', 'number', i,
        'hash', printf('%064x', i * 2654435761)),
    CASE (i / 3) % 3 WHEN 0 THEN 'semantic' WHEN 1 THEN 'episodic' ELSE 'procedural' END,
    1 + i % 3,
    (i / 3) % 20 = 0,
    printf('agent-%08d', i % 997),
    printf('agent-%08d', i % 991),
    datetime(1767225600 + i * 7776000 / :rows, 'unixepoch'),
    datetime(1767225600 + i * 7776000 / :rows, 'unixepoch')
FROM n
"""
AUDIT = """
INSERT INTO audit (timestamp, agent_id, task_id, action_type, action_data, memory_operation_type, memory_namespace,
    memory_entry_id)
SELECT
    replace(m.created_at, ' ', 'T') || '+00:00',
    printf('agent-%08d', m.id / 10),
    printf('task-%08d', m.id / 10),
    'memory',
    json_object('key', m.key),
    CASE WHEN m.version = 1 THEN 'create' WHEN m.is_deleted THEN 'delete' ELSE 'update' END,
    m.namespace,
    m.id
FROM memory_entries AS m
"""
DOCUMENTS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :rows / 10)
INSERT INTO document_index (file_path, title, document_type, content_hash, embedding_blob, sync_status, last_synced_at)
SELECT
    printf('docs/%08d.md', i),
    'A document',
    CASE i % 4 WHEN 0 THEN 'design' WHEN 1 THEN 'plan' WHEN 2 THEN 'report' ELSE 'specification' END,
    printf('%064x', i),
    zeroblob(1536),
    CASE WHEN i % 100 = 0 THEN 'pending' WHEN i % 150 = 1 THEN 'stale' ELSE 'synced' END,
    iif(i % 100, datetime(1767225600 + i, 'unixepoch'), NULL)
FROM n
"""
METRICS = """
INSERT INTO metrics (timestamp, metric_name, metric_value)
SELECT t.submitted_at, 'queue_length', t.rowid % 100 FROM tasks AS t
"""
# What the steps make of this table, without any of its rules: what the engine itself costs.
BARE = """
CREATE TABLE bare (
    id INTEGER PRIMARY KEY AUTOINCREMENT, namespace TEXT, key TEXT, value TEXT, memory_type TEXT, version INTEGER,
    is_deleted BOOLEAN DEFAULT 0, metadata TEXT DEFAULT '{}', created_by TEXT, updated_by TEXT,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    UNIQUE (namespace, key, version)
)
"""
WRITTEN = (
    "(namespace, key, value, memory_type, version, created_by, updated_by) VALUES (?, ?, ?, 'semantic', 1, 'a', 'a')"
)
VALUE = '{"text": "what an agent has found out, in a sentence or two of ordinary length", "hash": "0123456789abcdef"}'


def query(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def asks(name: str, **values: object) -> Callable[[sqlite3.Connection], object]:
    """Run a named query and fetch what it answers, which is never nothing: that would be quick."""
    statement = query(name)

    def run(connection: sqlite3.Connection) -> None:
        if not connection.execute(statement, values).fetchall():
            raise LookupError(f"{name} finds nothing with {values}")

    return run


def runs(statement: str, *values: object) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute(statement, values).fetchall()


def inserts(table: str, count: int, serial: Iterator[int]) -> Callable[[sqlite3.Connection], object]:
    """Write so many first versions in one transaction."""

    def run(connection: sqlite3.Connection) -> None:
        rows = [("project:measured", f"measured-{next(serial)}", VALUE) for _ in range(count)]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO {table} {WRITTEN}", rows)
        connection.execute("COMMIT")

    return run


def operations(rows: int) -> list[Operation]:
    serial = itertools.count()
    middle = rows // 2 - rows // 2 % 12 + 3  # the first version of a key of a user, in the middle of every index
    user = f"user:u{middle // 12 % (rows // 200 + 1):05d}:preferences"
    project = f"project:p{middle // 12 % (rows // 1000 + 1):05d}:"
    session = f"session-{rows // 400:07d}"
    task = f"task-{rows // 20 - rows // 20 % 10 + 9:08d}"
    key = {"namespace": user, "key": f"key-{middle // 3:08d}"}
    return [
        Operation("session_by_id", 10, asks("session_by_id", session_id=session)),
        Operation("memory_lookup", 20, asks("memory_lookup", **key)),
        Operation("memory_history", 50, asks("memory_history", **key)),
        Operation("memory_by_prefix, a user", 50, asks("memory_by_prefix", prefix=user, rows=100)),
        Operation("memory_by_prefix, a project", 50, asks("memory_by_prefix", prefix=project, rows=100)),
        Operation("memory_by_prefix, all projects", 50, asks("memory_by_prefix", prefix="project:", rows=100)),
        Operation(
            "memory_context, session, user and project",
            50,
            asks("memory_context", prefixes=f'["session:{session}:", "{user}", "{project}"]'),
        ),
        Operation("memory_by_type, last 50", 50, asks("memory_by_type", memory_type="semantic", rows=50)),
        Operation("memory_created_by, last 50", 50, asks("memory_created_by", created_by="agent-00000011", rows=50)),
        Operation("memory_expired, oldest 100", 50, asks("memory_expired", before="2026-02-14", rows=100)),
        Operation("sessions_open, last 50", 50, asks("sessions_open", rows=50)),
        Operation("sessions_of_user, last 50", 50, asks("sessions_of_user", user_id="u00003", rows=50)),
        Operation("session_contents", 50, asks("session_contents", session_id=session)),
        Operation("documents_to_sync, 100", 50, asks("documents_to_sync", rows=100)),
        Operation("document_by_path", 50, asks("document_by_path", file_path="docs/00000042.md")),
        Operation("task_next", 50, asks("task_next")),
        Operation("tasks_timed_out", 50, asks("tasks_timed_out", at="2026-06-01")),
        Operation("task_tree", 50, asks("task_tree", task_id="task-00000008")),
        Operation("audit_of_task", 50, asks("audit_of_task", task_id=task, rows=100)),
        Operation("audit_of_namespace, last 100", 50, asks("audit_of_namespace", namespace=user, rows=100)),
        Operation("checkpoint_latest", 50, asks("checkpoint_latest", task_id=task)),
        Operation("metrics_by_name, last 100", 50, asks("metrics_by_name", metric_name="queue_length", rows=100)),
        Operation("current memory of one root, counted", None, runs(COUNT_PREFIX)),
        Operation("memory_conflicts, every key", None, runs(query("memory_conflicts"))),
        Operation("count of memory entries", None, runs("SELECT count(*) FROM memory_entries")),
        Operation(
            "the same without idx_memory_entries_pk", None, runs("SELECT count(+m.value) FROM memory_entries AS m")
        ),
        # Last, so that the queries see exactly the rows that were asked for.
        Operation("memory_remember, a new version", 20, remembers(key)),
        Operation("insert 100 entries, one transaction", 500, inserts("memory_entries", 100, serial)),
        Operation("the same into the engine bare", None, inserts("bare", 100, serial)),
    ]


COUNT_PREFIX = "SELECT count(*) FROM current_memory WHERE namespace LIKE 'project:%'"


def remembers(key: dict[str, str]) -> Callable[[sqlite3.Connection], object]:
    statement = query("memory_remember")
    return lambda connection: connection.execute(
        statement, {**key, "value": VALUE, "memory_type": "semantic", "agent": "measured"}
    )


def build(file: Path, rows: int) -> None:
    with filling(file, STEPS) as connection:
        connection.execute(BARE)
        for statement in (SESSIONS, TASKS, AGENTS, CHECKPOINTS, MEMORIES, AUDIT, DOCUMENTS, METRICS):
            connection.execute(statement, {"rows": rows})
        connection.execute("INSERT INTO bare SELECT * FROM memory_entries")


if __name__ == "__main__":
    run((__doc__ or "").split("\n")[0], "entries", [1_000, 100_000, 1_000_000], build, operations)
